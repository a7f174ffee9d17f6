"""What was planted beside what the pipeline found, line by line."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from demo.site import Plan


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
    for name, expected in plan.overlap.items():
        methods = report["benchmarks"][name]["methods"]
        for method, planted_count in expected.items():
            yield Line("overlap", f"{name} by {method}", planted_count, methods.get(method, 0))
