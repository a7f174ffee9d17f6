from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pipeline.rules import Choice, Rewrite, Rule, drop
from pipeline.stages.run_steps import RunSteps
from pipeline.stages.stage import settle
from schemas.outcomes import Reject
from schemas.records import Candidate, LedgerRow
from tests.pipeline.stages.runner import run_stage
from tests.samples import make_candidate


def reject_long(candidate: Candidate) -> Reject | None:
    return Reject.TEXT_TOO_LONG if len(candidate.text) > 30 else None


def reject_marked(candidate: Candidate) -> Reject | None:
    return Reject.LANGUAGE if candidate.language == "xx" else None


def mark(batch: Sequence[Candidate]) -> list[Candidate]:
    assert len(batch) <= 3
    return [replace(c, language="xx" if "4" in c.text else "en") for c in batch]


def keep_first(key: str, group: Iterable[Candidate]) -> Iterator[Candidate | LedgerRow]:
    first, *others = sorted(group, key=lambda candidate: candidate.uid)
    yield first
    for other in others:
        yield drop(other, "select", Reject.OTHER_TEXT, key)


STEPS = (
    Rule(name="long", decide=reject_long),
    Rewrite(name="mark", rewrite=mark, batch=3),
    Rule(name="marked", decide=reject_marked),
    Choice(name="first", key=lambda candidate: candidate.page_url or "", choose=keep_first),
)


def test_steps_run_in_their_order_and_nothing_disappears() -> None:
    texts = [f"boat {n}" for n in range(8)] + ["a" * 31]
    candidates = [
        make_candidate(n, text=text, page_url=f"http://e.org/{n % 2}")
        for n, text in enumerate(texts)
    ]
    kept, dropped, stages = run_stage(
        candidates,
        lambda records: settle("select", records, records | RunSteps("select", STEPS), None),
    )
    assert {candidate.language for candidate in kept} == {"en"}
    assert stages["select"]["rejected"] == {"text_too_long": 1, "language": 1, "other_text": 5}
    assert len(kept) == 2
    assert {row.detail for row in dropped if row.outcome == "other_text"} == {
        "http://e.org/0",
        "http://e.org/1",
    }
