import pytest

from filters.image_flat import FlatImage
from schemas.outcomes import Reject
from tests.samples import make_pair


@pytest.mark.parametrize(
    ("found", "is_kept"), [(1.0 - 0.01, False), (1.0, True), (1.0 + 0.01, True)]
)
def test_both_sides_of_the_limit(found: float, is_kept: bool) -> None:
    said = FlatImage(min_entropy=1.0)(make_pair(1, entropy=found))
    assert (said is None) == is_kept
    if said:
        assert said.reason == Reject("image_flat")
        assert said.detail.startswith("entropy ")


def test_what_was_not_measured_passes() -> None:
    assert FlatImage(min_entropy=1.0)(make_pair(1)) is None


def test_a_limit_that_means_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="min_entropy must be"):
        FlatImage(min_entropy=8.1)
