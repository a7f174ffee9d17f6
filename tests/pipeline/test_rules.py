from pipeline.rules import drop, filter_record
from schemas.outcomes import Reject, Rejection
from schemas.records import Candidate, LedgerRow
from tests.samples import make_candidate, make_pair


def reject_short(candidate: Candidate) -> Reject | None:
    return Reject.TEXT_TOO_SHORT if len(candidate.text) < 5 else None


def reject_all(candidate: Candidate) -> Reject | None:
    return Reject.LANGUAGE


def test_the_first_filter_that_rejects_decides() -> None:
    short = make_candidate(1, text="x")
    row = filter_record(short, "select", (reject_short, reject_all))
    assert row == LedgerRow(uid=short.uid, url=short.url, stage="select", outcome="text_too_short")


def test_what_a_policy_names_as_its_evidence_is_the_detail() -> None:
    row = filter_record(
        make_candidate(1), "select", (lambda _: Rejection(Reject.OPT_OUT, "meta:noai"),)
    )
    assert isinstance(row, LedgerRow)
    assert (row.outcome, row.detail) == ("opt_out", "meta:noai")


def test_a_ledger_row_passes_untouched() -> None:
    row = LedgerRow(uid=None, url=None, stage="crawl", outcome="robots")
    assert filter_record(row, "select", (reject_all,)) is row


def test_a_dropped_pair_keeps_the_uid_and_url_of_its_candidate() -> None:
    pair = make_pair(1)
    row = drop(pair, "dedupe", Reject.NEAR_DUPLICATE, "of x")
    assert (row.uid, row.url) == (pair.uid, pair.candidate.url)
