import pytest
from pydantic import ValidationError

from filters.image_text import MAX_TEXT_ENTROPY
from pipeline.recipe.images import Images


def test_pictures_are_judged_by_size_and_shape_alone_unless_asked() -> None:
    images = Images()
    assert (images.min_side_px, images.max_aspect) == (64, 3.0)
    assert images.max_text_entropy == MAX_TEXT_ENTROPY
    asked = (images.min_area_px, images.min_bytes, images.min_entropy, images.min_sharpness)
    assert set(asked) == {None}


def test_an_aspect_below_one_is_a_mistake() -> None:
    with pytest.raises(ValidationError, match="max_aspect"):
        Images(max_aspect=0.9)
