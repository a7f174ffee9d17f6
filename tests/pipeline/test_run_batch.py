from collections.abc import Sequence

from pipeline.rules import Rewrite, Rule, filter_record
from pipeline.run_batch import run_batch
from schemas.outcomes import Reject
from schemas.records import Candidate
from tests.samples import make_candidate


def reject_four(candidate: Candidate) -> Reject | None:
    return Reject.LANGUAGE if "4" in candidate.text else None


def reject_long(candidate: Candidate) -> Reject | None:
    return Reject.TEXT_TOO_LONG if len(candidate.text) > 30 else None


def lengthen(batch: Sequence[Candidate]) -> list[Candidate]:
    assert len(batch) <= 3
    return [c.replaced(text=c.text + ("!" * 20 if "7" in c.text else "")) for c in batch]


def test_steps_see_what_those_before_them_left() -> None:
    candidates = [make_candidate(n) for n in range(9)]
    steps = (
        Rule(name="four", decide=reject_four),
        Rewrite(name="lengthen", rewrite=lengthen, batch=3),
        Rule(name="long", decide=reject_long),
    )
    kept, dropped = run_batch(steps, "select", candidates)
    assert [c.source_offset for c in kept] == [0, 1, 2, 3, 5, 6, 8]
    assert [(row.uid, row.outcome) for row in dropped] == [
        (candidates[4].uid, "language"),
        (candidates[7].uid, "text_too_long"),
    ]


def test_no_step_keeps_everything() -> None:
    candidates = [make_candidate(1)]
    assert run_batch((), "select", candidates) == (candidates, [])


def test_a_batch_is_judged_as_its_records_one_by_one_are() -> None:
    candidates = [make_candidate(n, text="a" * n) for n in range(20, 45)]
    kept, dropped = run_batch([Rule(name="long", decide=reject_long)], "select", candidates)
    alone = [filter_record(c, "select", [reject_long]) for c in candidates]
    assert [*kept, *dropped] == alone
