import pytest

from dedup.verify.plant import PLANTS
from pipeline.download.hash_image import fingerprint_image
from pipeline.download.planted import plant_copies
from schemas.errors import RecordFailed
from tests.samples import make_image


def test_a_picture_is_planted_in_every_way_and_hashed_as_a_pools_picture_is() -> None:
    body = make_image(1, image_format="PNG")
    planted = list(plant_copies(body, 0))
    assert [copy.image.pool_key for copy in planted] == list(PLANTS)
    original = fingerprint_image(body)
    turned = next(copy.image for copy in planted if copy.image.pool_key == "turned 180")
    assert turned.phash != original.phash
    assert len(turned.thumbnail or b"") == len(original.thumbnail or b"")


def test_copies_are_the_same_in_every_run_for_the_same_seed() -> None:
    def images(seed: int) -> list[object]:
        return [copy.image for copy in plant_copies(make_image(1), seed)]

    assert images(3) == images(3)
    assert images(3) != images(4)


def test_what_does_not_decode_cannot_be_planted() -> None:
    with pytest.raises(RecordFailed):
        list(plant_copies(b"no picture", 0))
