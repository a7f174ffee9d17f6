import pytest

from filters.image_area import ImageArea
from schemas.outcomes import Reject, Rejection
from tests.samples import make_pair


@pytest.mark.parametrize(("width", "is_kept"), [(99, False), (100, True), (101, True)])
def test_both_sides_of_the_limit(width: int, is_kept: bool) -> None:
    pair = make_pair(1, original_width=width, original_height=10)
    said = ImageArea(min_area_px=1000)(pair)
    assert said == (None if is_kept else Rejection(Reject.IMAGE_TOO_SMALL, f"{width}x10"))


def test_unknown_sides_count_as_none() -> None:
    pair = make_pair(1, original_width=None, original_height=None)
    assert ImageArea(min_area_px=1)(pair) == Rejection(Reject.IMAGE_TOO_SMALL, "0x0")


def test_a_limit_that_means_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="min_area_px must be"):
        ImageArea(min_area_px=0)
