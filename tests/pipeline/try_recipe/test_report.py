from pipeline.try_recipe.funnel import Funnel
from pipeline.try_recipe.report import make_report
from tests.samples import make_candidate


def report_of(sampled: int, kept: int, seen: int):
    records = tuple(make_candidate(n) for n in range(sampled))
    funnel = Funnel(records=records, drops=(), kept=records[:kept])
    return make_report(funnel, [], recipe="r", source="s", what="candidates", num_seen=seen)


def test_a_sample_estimates_the_whole_with_its_interval() -> None:
    report = report_of(100, 40, 1_000_000)
    low, high = report.kept_range
    assert report.kept_ratio == 0.4
    assert 300_000 < low < 400_000 < high < 510_000


def test_of_a_whole_input_nothing_is_estimated() -> None:
    assert report_of(100, 40, 100).kept_range == (40, 40)


def test_an_empty_input_keeps_nothing() -> None:
    report = report_of(0, 0, 0)
    assert (report.kept_ratio, report.kept_range) == (0.0, (0, 0))
