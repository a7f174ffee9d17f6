from pipeline.rules import Choice, Rule
from pipeline.try_recipe.funnel import try_steps
from pipeline.try_recipe.report import make_report
from pipeline.try_recipe.run_wide import Whole
from schemas.outcomes import Reject
from tests.samples import make_candidate


def report_of(sampled: int, kept: int, seen: int):
    records = tuple(make_candidate(n) for n in range(sampled))
    choice = Choice(name="choice", key=lambda c: c.uid, choose=lambda _, group: iter(group))
    rule = Rule(name="rule", decide=lambda c: Reject.BOILERPLATE if c in records[kept:] else None)
    funnel = try_steps(records, [choice, rule], whole=Whole(ratio=seen / max(sampled, 1) or 1.0))
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


def test_the_funnel_shows_what_each_step_leaves_and_takes() -> None:
    (step,) = report_of(100, 40, 100).narrowing
    assert (step.name, step.left, step.left_percent, step.lost_percent) == ("rule", 40, 40.0, 60.0)


def test_only_a_part_has_notes_of_what_it_does_not_see() -> None:
    part, whole = report_of(10, 4, 1000), report_of(10, 4, 10)
    assert [note[0] for note in part.notes] == ["*"]
    assert [part.mark(drops) for drops in part.drops] == ["*", ""]
    assert whole.notes == ()
    assert {whole.mark(drops) for drops in whole.drops} == {""}
