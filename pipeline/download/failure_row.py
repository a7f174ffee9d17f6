"""The pool's row of a candidate that has no image."""

from schemas.errors import RecordError
from schemas.outcomes import HTTP_FAILURE_PREFIX, Failure, Reject
from schemas.records import Candidate, PoolRow

# Of the picture and not of the transfer; img2dataset calls them failed_to_resize.
_OF_THE_IMAGE: frozenset[str] = frozenset(
    {
        Failure.DECODE,
        Failure.PIXELS,
        Failure.NOT_IMAGE,
        Reject.DAMAGED,
        Reject.IMAGE_TOO_SMALL,
        Reject.IMAGE_TOO_LARGE,
        Reject.IMAGE_TOO_LONG,
    }
)


def make_failure(
    shard: int, candidate: Candidate, error: RecordError, status: str | None = None
) -> PoolRow:
    """Returns the row of a candidate that has no image; `status` is img2dataset's word for it."""
    of_outcome = "failed_to_resize" if error.outcome in _OF_THE_IMAGE else "failed_to_download"
    return PoolRow(
        candidate=candidate,
        shard=shard,
        status=status or of_outcome,
        outcome=error.outcome,
        detail=error.detail,
        http_status=_http_status(error.outcome),
    )


def _http_status(outcome: str) -> int | None:
    digits = outcome.removeprefix(HTTP_FAILURE_PREFIX)
    return int(digits) if outcome.startswith(HTTP_FAILURE_PREFIX) and digits.isdigit() else None
