"""The contamination report as data: the contract's `report.json`."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from dedup.contamination.statistics import (
    mean_rate,
    median_rate,
    overlap_interval,
    overlap_rate,
)
from dedup.phash_value import PHASH_VERSION
from schemas.records import Match

# The surer first: an image found by several counts as the first.
METHODS = ("sha256", "phash", "aligned")
HASH_ALGORITHM = "phash64"

Report = dict[str, Any]


def make_report(
    matches: Iterable[Match],
    benchmark_sizes: Mapping[str, int],
    pool_size: int,
    max_distance: int,
    undecodable: Mapping[str, int] | None = None,
    *,
    min_score: float | None = None,
) -> Report:
    """Returns the report; a function of its arguments alone, so it holds no time.

    Args:
        matches: Of all benchmarks, in any order.
        benchmark_sizes: Images of each benchmark that were hashed; rates are shares of these.
        pool_size: Images that were searched.
        max_distance: Of the matches, in bits.
        undecodable: Images of a benchmark that could not be hashed, where there are any.
        min_score: Of the matches that were aligned; None where nothing was.

    Raises:
        KeyError: A match is of a benchmark without a size.
    """
    by_benchmark: dict[str, list[Match]] = {name: [] for name in benchmark_sizes}
    for match in matches:
        by_benchmark[match.benchmark].append(match)
    benchmarks = {
        name: _benchmark_report(found, benchmark_sizes[name], max_distance, min_score)
        for name, found in sorted(by_benchmark.items())
    }
    for name, count in sorted((undecodable or {}).items()):
        if count:
            benchmarks[name]["undecodable"] = count
    rates = [benchmark["overlap_rate"] for benchmark in benchmarks.values()]
    return {
        "pool": {"samples": pool_size},
        "benchmarks": benchmarks,
        "median_overlap_rate": median_rate(rates),
        "mean_overlap_rate": mean_rate(rates),
        "hash": {"algorithm": HASH_ALGORITHM, "version": PHASH_VERSION},
    }


def methods_of(min_score: float | None) -> tuple[str, ...]:
    """Returns the methods that were in use."""
    return METHODS[:-1] if min_score is None else METHODS


def report_json(report: Report) -> str:
    """Returns the file's text: sorted keys, so that equal reports have equal bytes."""
    return json.dumps(report, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _benchmark_report(
    matches: list[Match], images: int, max_distance: int, min_score: float | None
) -> Report:
    methods = defaultdict[str, set[str]](set)
    for match in matches:
        methods[match.benchmark_key].add(match.method)
    best = [min(found, key=METHODS.index) for found in methods.values()]
    return {
        "images": images,
        "overlap": len(best),
        "overlap_rate": overlap_rate(len(best), images),
        "ci95": list(overlap_interval(len(best), images)),
        "pool_matches": len({match.pool_key for match in matches}),
        "methods": {method: best.count(method) for method in methods_of(min_score)},
        "max_distance": max_distance,
        **({} if min_score is None else {"min_score": min_score}),
    }
