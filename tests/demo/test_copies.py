import pytest

from demo.copies import MAX_COPY_DISTANCE, copy_near
from demo.gallery import draw_gallery, phash
from demo.pictures import decode


@pytest.mark.parametrize("turn", range(6))
def test_copy_has_other_bytes_and_nearly_the_same_hash(turn):
    for picture in draw_gallery(0).site[:5]:
        copy = copy_near(picture, turn)
        assert copy.body != picture.body
        assert copy.phash == phash(decode(copy.body))
        assert (copy.phash ^ picture.phash).bit_count() <= MAX_COPY_DISTANCE
        assert min(decode(copy.body).size) >= 64
