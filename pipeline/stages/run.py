"""Starts a graph on the engine that the user's Beam flags name, or on all local cores.

Beam's DirectRunner of today first tries to download another engine; ours is named, so a laptop
without network runs the same as any other (docs/decisions/0002).
"""

import argparse
import os
import re
from collections.abc import Callable, Sequence

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions

from schemas.errors import AccountingError, RunError, UserError, WebImageTextError

Construct = Callable[[beam.Pipeline], None]

# mypy checks our types; Beam's own check does not know unions that pass through a shared stage.
_ALWAYS = ("--no_pipeline_type_check",)

_OURS = re.compile(r"schemas\.errors\.(\w+): (.*)")
_KINDS: dict[str, type[WebImageTextError]] = {
    kind.__name__: kind for kind in (UserError, RunError, AccountingError)
}


def run_pipeline(construct: Construct, beam_flags: Sequence[str]) -> None:
    """Builds the graph and runs it to its end.

    Raises:
        UserError, RunError: What a stage raised on purpose, in whatever process.
    """
    options = PipelineOptions(local_flags(beam_flags))
    try:
        with beam.Pipeline(options=options) as root:
            construct(root)
    except RuntimeError as error:  # engines wrap what a worker raised, as text
        raise explain(str(error)) or error from error


def local_flags(beam_flags: Sequence[str]) -> list[str]:
    """Returns the flags with our local engine in front, if they name no runner."""
    flags = [*_ALWAYS, *beam_flags]
    if any(flag == "--runner" or flag.startswith("--runner=") for flag in flags):
        return flags
    known, _ = _parse_workers(flags)
    workers = known.direct_num_workers or os.cpu_count() or 1
    mode = "in_memory" if workers == 1 else "multi_processing"
    return [
        "--runner=FnApiRunner",
        f"--direct_running_mode={mode}",
        f"--direct_num_workers={workers}",
        "--default_sdk_harness_log_level=ERROR",
        *(flag for flag in flags if not flag.startswith("--direct_num_workers")),
    ]


def beam_options() -> dict[str, bool]:
    """Returns every flag that Beam knows, each with whether a value follows it."""
    parser = argparse.ArgumentParser(allow_abbrev=False, add_help=False, conflict_handler="resolve")
    for options in PipelineOptions.__subclasses__():
        if "_add_argparse_args" in vars(options):
            options._add_argparse_args(parser)  # Beam offers no public list of its flags
    return {
        name: action.nargs != 0
        for action in parser._actions
        for name in action.option_strings
        if name.startswith("--")
    }


def explain(text: str) -> WebImageTextError | None:
    """Returns the error of ours that an engine's message quotes, if there is one."""
    found = _OURS.findall(text)
    if not found or found[-1][0] not in _KINDS:
        return None
    kind, message = found[-1]
    return _KINDS[kind](message.removesuffix("'").split(" [while running")[0])


def _parse_workers(flags: list[str]) -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--direct_num_workers", type=int, default=0)
    return parser.parse_known_args(flags)
