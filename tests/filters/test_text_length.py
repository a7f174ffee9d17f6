import pytest

from filters.text_length import TextLength
from schemas.outcomes import Reject
from tests.samples import make_candidate


@pytest.mark.parametrize(
    ("length", "outcome"),
    [
        (0, Reject.TEXT_TOO_SHORT),
        (5, Reject.TEXT_TOO_SHORT),
        (6, None),
        (1000, None),
        (1001, Reject.TEXT_TOO_LONG),
    ],
)
def test_both_limits_are_inclusive(length: int, outcome: Reject | None) -> None:
    assert TextLength()(make_candidate(1, text="x" * length)) == outcome


def test_limits_that_no_text_can_meet_are_refused() -> None:
    with pytest.raises(ValueError, match="min_chars"):
        TextLength(min_chars=5, max_chars=4)
