import pytest

from filters.image_size import ImageSize
from schemas.outcomes import Reject
from tests.samples import make_pair


@pytest.mark.parametrize(
    ("width", "height", "outcome"),
    [(64, 64, None), (63, 500, Reject.IMAGE_TOO_SMALL), (500, 63, Reject.IMAGE_TOO_SMALL)],
)
def test_the_shorter_side_of_the_original_counts(
    width: int, height: int, outcome: Reject | None
) -> None:
    pair = make_pair(1, original_width=width, original_height=height)
    assert ImageSize(min_side_px=64)(pair) == outcome


def test_a_limit_below_one_pixel_is_refused() -> None:
    with pytest.raises(ValueError, match="min_side_px"):
        ImageSize(min_side_px=0)
