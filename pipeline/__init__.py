"""The way of the data: a folder a step, and `build.py`, the whole graph on one screen."""
