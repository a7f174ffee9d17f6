import pytest

from pipeline.download.failure_row import make_failure
from schemas.errors import RecordFailed, RecordRejected
from schemas.outcomes import Failure, Reject
from tests.samples import make_candidate


@pytest.mark.parametrize(
    ("error", "status", "http_status"),
    [
        (RecordFailed(Failure.DNS), "failed_to_download", None),
        (RecordFailed("http_404"), "failed_to_download", 404),
        (RecordFailed(Failure.DECODE, "broken"), "failed_to_resize", None),
        (RecordRejected(Reject.IMAGE_TOO_SMALL, "3x3"), "failed_to_resize", None),
        (RecordRejected(Reject.BUDGET, "used up"), "failed_to_download", None),
    ],
)
def test_a_failure_has_img2datasets_status_and_our_outcome(
    error: RecordFailed | RecordRejected, status: str, http_status: int | None
) -> None:
    row = make_failure(7, make_candidate(1), error)
    assert (row.shard, row.status, row.http_status) == (7, status, http_status)
    assert (row.outcome, row.detail) == (error.outcome, error.detail)
    assert row.sha256 is None


def test_another_downloaders_word_for_it_stays() -> None:
    row = make_failure(
        0, make_candidate(1), RecordFailed(Failure.DECODE), status="failed_to_download"
    )
    assert row.status == "failed_to_download"
