import pytest

from filters.image_aspect import ImageAspect
from schemas.outcomes import Reject
from tests.samples import make_pair


@pytest.mark.parametrize(
    ("width", "height", "outcome"),
    [(300, 100, None), (301, 100, Reject.IMAGE_TOO_LONG), (100, 301, Reject.IMAGE_TOO_LONG)],
)
def test_the_limit_is_inclusive_both_ways(width: int, height: int, outcome: Reject | None) -> None:
    pair = make_pair(1, original_width=width, original_height=height)
    assert ImageAspect(max_aspect=3)(pair) == outcome


def test_a_limit_below_a_square_is_refused() -> None:
    with pytest.raises(ValueError, match="max_aspect"):
        ImageAspect(max_aspect=0.5)
