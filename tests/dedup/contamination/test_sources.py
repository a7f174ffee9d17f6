import pickle

from dedup.contamination.sources import (
    FILES_PER_PART,
    UndecodableImage,
    hash_part,
    read_part,
    split_source,
)
from schemas.outcomes import Failure
from tests.dedup.contamination.pictures import fingerprint, picture_bytes, write_files


def test_parts_are_picklable_and_together_the_whole_source(tmp_path):
    files = {f"{number:04d}.png": b"%d" % number for number in range(FILES_PER_PART + 1)}
    source = write_files(tmp_path / "set", files)
    parts = pickle.loads(pickle.dumps(split_source("set", source)))
    assert [len(part.files) for part in parts] == [FILES_PER_PART, 1]
    images = [image for part in parts for image in read_part(part)]
    assert {image.key: image.body for image in images} == files


def test_image_that_cannot_be_hashed_is_an_outcome_and_the_rest_goes_on(tmp_path):
    body = picture_bytes(1)
    source = write_files(tmp_path / "set", {"a/1.png": b"<html>", "a/2.png": body})
    (part,) = split_source("set", source)
    broken, image = hash_part(part, fingerprint)
    assert broken == UndecodableImage(
        benchmark="set", key="a/1.png", outcome=Failure.NOT_IMAGE, detail="no picture"
    )
    assert (image.key, image.label, image.sha256, image.phash) == (
        "a/2.png",
        "a",
        fingerprint(body).sha256,
        fingerprint(body).phash,
    )


def test_shared_benchmark_images_are_read_whole(shared_data):
    source = shared_data / "benchmark-images" / "gtsrb-test"
    hashed = [
        image
        for part in split_source("gtsrb", str(source))
        for image in hash_part(part, fingerprint)
    ]
    assert len({image.key for image in hashed}) == 80
    assert not any(isinstance(image, UndecodableImage) for image in hashed)
