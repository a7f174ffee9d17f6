"""The only place that imports Beam (with `pipeline/build.py`): one stage a file."""
