"""Keeps Beam's own tracebacks off the user's terminal: what they say comes back as an error anyway.

Beam's worker prints the traceback of every error before it sends the same text to the main
process, where it becomes our one clear line (`pipeline.stages.run`). `--debug` shows both.
"""

import os

DEBUG_VARIABLE = "WEBIMAGETEXT_DEBUG"


def silence_worker_tracebacks() -> None:
    """Shadows `print` in Beam's worker module, of this process; nothing else in Beam changes."""
    if os.environ.get(DEBUG_VARIABLE):
        return
    from apache_beam.runners.worker import sdk_worker

    vars(sdk_worker)["print"] = _say_nothing


def _say_nothing(*words: object, **how: object) -> None:
    del words, how
