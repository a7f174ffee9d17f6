import pytest

from filters.image_bytes import ImageBytes
from schemas.outcomes import Reject, Rejection
from tests.samples import make_pair


@pytest.mark.parametrize(("size", "is_kept"), [(4999, False), (5000, True), (5001, True)])
def test_both_sides_of_the_limit(size: int, is_kept: bool) -> None:
    said = ImageBytes(min_bytes=5000)(make_pair(1, bytes=size))
    assert said == (None if is_kept else Rejection(Reject.IMAGE_FEW_BYTES, f"{size} bytes"))


def test_a_file_of_unknown_size_passes() -> None:
    assert ImageBytes(min_bytes=5000)(make_pair(1, bytes=None)) is None


def test_a_limit_that_means_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="min_bytes must be"):
        ImageBytes(min_bytes=-1)
