from pipeline.stages.filter_records import FilterRecords
from pipeline.stages.stage import settle
from schemas.outcomes import Reject
from schemas.records import Candidate
from tests.pipeline.stages.runner import run_stage
from tests.samples import make_candidate


def reject_short(candidate: Candidate) -> Reject | None:
    return Reject.TEXT_TOO_SHORT if len(candidate.text) < 5 else None


def test_nothing_disappears_in_the_stage() -> None:
    candidates = [make_candidate(n, text="ab" * n) for n in range(1, 6)]
    kept, dropped, _ = run_stage(
        candidates,
        lambda records: settle(
            "select", records, records | FilterRecords("select", (reject_short,)), None
        ),
    )
    assert (len(kept), len(dropped)) == (3, 2)
