"""From the inputs that a user names to what the crawl reads."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.crawl.inputs import CrawlInput, check_readable, plan_inputs, refuse_if_all_bad
from pipeline.shards.storage import is_remote
from schemas.records import LedgerRow


@dataclass(frozen=True, kw_only=True)
class PlannedInputs:
    """What a crawl reads.

    Attributes:
        inputs: Those that can be read.
        problems: A ledger row for each that cannot.
        fingerprint: JSON-able; changes when a local file was replaced.
    """

    inputs: tuple[CrawlInput, ...]
    problems: tuple[LedgerRow, ...]
    fingerprint: list[Any]


def plan(inputs: Sequence[str], base: str = "") -> PlannedInputs:
    """Returns the plan; raises `UserError` if an input is missing, or if all are unreadable."""
    planned = plan_inputs(inputs, base)
    problems = check_readable(planned)
    return PlannedInputs(
        inputs=refuse_if_all_bad(planned, problems),
        problems=tuple(problems),
        fingerprint=[[item.path, *_size_and_time(item.path)] for item in planned],
    )


def _size_and_time(path: str) -> tuple[int, ...]:
    if is_remote(path) or not os.path.exists(path):
        return ()
    stat = os.stat(path)
    return stat.st_size, stat.st_mtime_ns
