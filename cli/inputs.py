"""From the inputs that a user names to what the crawl reads."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.crawl.check_inputs import check_inputs
from pipeline.crawl.inputs import CrawlInput, check_readable, plan_inputs, refuse_if_all_bad
from pipeline.crawl.options import ReadOptions
from pipeline.recipe.crawl import Crawl
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


def plan(inputs: Sequence[str], base: str = "", crawl: Crawl | None = None) -> PlannedInputs:
    """Returns the plan.

    Args:
        inputs: As the user names them.
        base: What relative paths are relative to; the working directory if empty.
        crawl: What the user says of columns and conditions.

    Raises:
        UserError: An input is missing, all are unreadable, or a list lacks a column.
    """
    crawl = crawl or Crawl()
    planned = plan_inputs(inputs, base, crawl.cc_root)
    problems = check_readable(planned)
    good = refuse_if_all_bad(planned, problems)
    check_inputs(good, _read_options(crawl))
    return PlannedInputs(
        inputs=good,
        problems=tuple(problems),
        fingerprint=[[item.path, *_size_and_time(item.path)] for item in planned],
    )


def _read_options(crawl: Crawl) -> ReadOptions:
    """Returns what a check of columns needs."""
    return ReadOptions(
        product_token="",
        url_column=crawl.url_column,
        text_column=crawl.text_column,
        image_column=crawl.image_column,
        extra_columns=crawl.extra_columns,
        where=crawl.where,
        cc_root=crawl.cc_root,
    )


def _size_and_time(path: str) -> tuple[int, ...]:
    if is_remote(path) or not os.path.exists(path):
        return ()
    stat = os.stat(path)
    return stat.st_size, stat.st_mtime_ns
