"""Starts a graph on the engine that the user's Beam flags name, or on all local cores.

Beam's DirectRunner of today first tries to download another engine; ours is named, so a laptop
without network runs the same as any other (docs/decisions/0002).
"""

import argparse
import os
import re
import shlex
import sys
from collections.abc import Callable, Sequence
from typing import Any

import apache_beam as beam
from apache_beam.options.pipeline_options import (
    DirectOptions,
    PipelineOptions,
    PortableOptions,
    StandardOptions,
)
from apache_beam.transforms.environments import SubprocessSDKEnvironment

from pipeline.stages.dofn_specs import remember_dofn_specs
from pipeline.stages.loaded import loaded_for_good
from pipeline.stages.local_engine import LocalEngine
from pipeline.stages.option_views import remembered_views
from pipeline.stages.quiet import silence_worker_tracebacks
from schemas.errors import AccountingError, RunError, UserError, WebImageTextError

Construct = Callable[[beam.Pipeline], None]

# mypy checks our types; Beam's own check does not know unions that pass through a shared stage.
_ALWAYS = ("--no_pipeline_type_check",)

# Beam ends a job on Prism after `job_server_timeout`, 300 s by default, although it means to limit
# a single answer (apache/beam #35867).
_PRISM_TIMEOUT_S = 30 * 24 * 3600

_OURS = re.compile(r"schemas\.errors\.(\w+): (.*)")
_KINDS: dict[str, type[WebImageTextError]] = {
    kind.__name__: kind for kind in (UserError, RunError, AccountingError)
}


def run_pipeline(
    construct: Construct, beam_flags: Sequence[str], cores_per_worker: int = 1
) -> None:
    """Builds the graph and runs it to its end.

    Args:
        construct: Adds the graph to a root.
        beam_flags: The user's.
        cores_per_worker: See `choose_engine`.

    Raises:
        UserError, RunError: What a stage raised on purpose, in whatever process.
    """
    runner, options = choose_engine(beam_flags, cores_per_worker)
    silence_worker_tracebacks()
    remember_dofn_specs()
    try:
        # What a graph is made of is loaded as it is made.
        with (
            remembered_views(),
            beam.Pipeline(runner=runner, options=options) as root,
            loaded_for_good(),
        ):
            construct(root)
    except (UserError, RunError) as error:  # as raised, but for where Beam says it happened
        raise type(error)(_without_place(str(error))) from error
    except RuntimeError as error:  # engines wrap what another process raised, as text
        if str(error).startswith("KeyboardInterrupt [while running"):
            raise KeyboardInterrupt from error  # with one worker Beam takes it for a stage's
        raise explain(str(error)) or error from error


def choose_engine(
    beam_flags: Sequence[str], cores_per_worker: int = 1
) -> tuple[LocalEngine | None, PipelineOptions]:
    """Returns our local engine and its options, or no engine if the flags name another.

    With several workers each is a process; one worker is this process.

    Args:
        beam_flags: The user's.
        cores_per_worker: How many cores one worker keeps busy, with processes of its own.
    """
    options = PipelineOptions([*_ALWAYS, *beam_flags])
    if names_runner(beam_flags):
        _give_time(options, beam_flags)
        return None, options
    direct = options.view_as(DirectOptions)
    if not any(flag.split("=", 1)[0] == "--direct_num_workers" for flag in beam_flags):
        direct.direct_num_workers = 0  # Beam's word for all cores
    most = -(-(os.cpu_count() or 1) // cores_per_worker)
    direct.direct_num_workers = direct.direct_num_workers or most
    if direct.direct_num_workers == 1 or direct.direct_running_mode != "in_memory":
        return LocalEngine(), options
    worker = f"{shlex.quote(sys.executable)} -m pipeline.stages.worker"
    return LocalEngine(SubprocessSDKEnvironment.from_command_string(worker)), options


def names_runner(beam_flags: Sequence[str]) -> bool:
    """Whether the flags name an engine, so that it is not our local one."""
    return any(flag.split("=", 1)[0] == "--runner" for flag in beam_flags)


def _give_time(options: PipelineOptions, beam_flags: Sequence[str]) -> None:
    """Lets a job on Prism take as long as it takes, unless the flags say otherwise."""
    is_prism = (options.view_as(StandardOptions).runner or "").endswith("PrismRunner")
    names = {flag.split("=", 1)[0].replace("-", "_") for flag in beam_flags}
    if is_prism and "__job_server_timeout" not in names:
        options.view_as(PortableOptions).job_server_timeout = _PRISM_TIMEOUT_S


def beam_options() -> dict[str, bool]:
    """Returns every flag that Beam knows, each with whether a value follows it."""
    parser: Any = argparse.ArgumentParser(add_help=False, conflict_handler="resolve")
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
    return _KINDS[kind](_without_place(message))


def _without_place(message: str) -> str:
    return message.partition(" [while running")[0]
