import pytest

from filters.image_blur import BlurredImage
from schemas.outcomes import Reject
from tests.samples import make_pair


@pytest.mark.parametrize(
    ("found", "is_kept"), [(20.0 - 0.01, False), (20.0, True), (20.0 + 0.01, True)]
)
def test_both_sides_of_the_limit(found: float, is_kept: bool) -> None:
    said = BlurredImage(min_sharpness=20.0)(make_pair(1, sharpness=found))
    assert (said is None) == is_kept
    if said:
        assert said.reason == Reject("image_blurred")
        assert said.detail.startswith("sharpness ")


def test_what_was_not_measured_passes() -> None:
    assert BlurredImage(min_sharpness=20.0)(make_pair(1)) is None


def test_a_limit_that_means_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="min_sharpness must be"):
        BlurredImage(min_sharpness=-1)
