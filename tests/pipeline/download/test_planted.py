from dedup.verify.plant import PLANTS
from pipeline.download.hash_image import fingerprint_image
from pipeline.download.planted import plant_copies
from tests.samples import make_image


def test_each_original_is_planted_in_every_way_and_hashed_as_a_pools_picture_is() -> None:
    body = make_image(1, image_format="PNG")
    planted = plant_copies([("a", body), ("b", make_image(2))])
    assert list(planted) == list(PLANTS)
    assert [key for key, _ in planted["grey"]] == ["a", "b"]
    original = fingerprint_image(body)
    turned = planted["turned 180"][0][1]
    assert turned.phash != original.phash
    assert len(turned.thumbnail or b"") == len(original.thumbnail or b"")


def test_copies_are_the_same_in_every_run_and_named_apart() -> None:
    originals = [("a", make_image(1)), ("b", make_image(2))]
    planted = plant_copies(originals)
    assert planted == plant_copies(originals)
    keys = [copy.pool_key for copies in planted.values() for _, copy in copies]
    assert len(set(keys)) == 2 * len(PLANTS)
