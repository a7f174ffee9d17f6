"""A local worker process: Beam's own, with its log kept off the user's terminal.

Beam starts workers at level INFO and gives local ones no options to change that. What a worker
raises reaches the main process with its answer, so nothing is lost but repetition.
"""

import logging
import os
import sys

from pipeline.stages.loaded import loaded_for_good
from pipeline.stages.quiet import DEBUG_VARIABLE, silence_worker_tracebacks


def run() -> None:
    """Runs until the main process says or shows that it has ended."""
    if not os.environ.get(DEBUG_VARIABLE):
        logging.disable(logging.CRITICAL)
    with loaded_for_good():
        from apache_beam.runners.worker.sdk_worker_main import main  # warns while it is imported

        from pipeline.stages.dofn_specs import remember_dofn_specs

    silence_worker_tracebacks()
    remember_dofn_specs()
    main(sys.argv)


if __name__ == "__main__":
    run()
