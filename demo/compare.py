"""What was planted beside what the pipeline found, line by line."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from demo.plan import Plan


class Line(NamedTuple):
    """One kind of thing."""

    stage: str
    what: str
    planted: int
    found: int


def compare_with_plan(
    plan: Plan, manifest: Mapping[str, Any], report: Mapping[str, Any]
) -> Iterator[Line]:
    """Yields a line for every outcome that was planted or found, the kept pairs, the overlaps."""
    for stage, totals in manifest["stages"].items():
        found = {**totals["rejected"], **totals["failed"]}
        planted = plan.expected.get(stage, {})
        for what in sorted({*found, *planted}):
            yield Line(stage, what, planted.get(what, 0), found.get(what, 0))
    samples = sum(shard["samples"] for shard in manifest["shards"])
    yield Line("shards", "pairs kept", plan.kept, samples)
    for name, benchmark in plan.benchmarks.items():
        found = report["benchmarks"][name]
        yield Line("overlap", f"{name}: images", benchmark.overlap, found["overlap"])
        for method, count in benchmark.methods.items():
            yield Line("overlap", f"{name}: by {method}", count, found["methods"][method])
