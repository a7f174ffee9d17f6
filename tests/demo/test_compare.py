from demo.compare import compare_with_plan
from demo.plan import BenchmarkPlan, Plan

PLAN = Plan(
    folder="",
    expected={"select": {"language": 2, "boilerplate": 1}},
    pages=1,
    candidates=9,
    kept=6,
    kept_languages={"en": 6},
    benchmarks={"b": BenchmarkPlan(images=5, overlap=1, methods={"sha256": 1, "phash": 0})},
)
MANIFEST = {
    "stages": {"select": {"rejected": {"language": 2, "text_too_short": 3}, "failed": {}}},
    "shards": [{"samples": 4}, {"samples": 2}],
}
REPORT = {"benchmarks": {"b": {"overlap": 1, "methods": {"sha256": 1, "phash": 0}}}}


def test_planted_and_found_stand_side_by_side_in_both_directions() -> None:
    compared = compare_with_plan(PLAN, MANIFEST, REPORT)
    lines = {(line.stage, line.what): line[2:] for line in compared}
    assert lines["select", "language"] == (2, 2)
    assert lines["select", "boilerplate"] == (1, 0)  # planted, not found
    assert lines["select", "text_too_short"] == (0, 3)  # found, not planted
    assert lines["shards", "pairs kept"] == (6, 6)
    assert lines["overlap", "b: by sha256"] == (1, 1)
