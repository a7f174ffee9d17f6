import os

import pytest

from dedup.contamination.sources import read_part, split_source
from schemas.errors import UserError
from tests.dedup.contamination.pictures import picture_bytes, write_files


def test_class_folder_is_the_label_and_the_path_is_the_key(tmp_path):
    files = {"cat/1.png": picture_bytes(1), "test/dog/2.png": picture_bytes(2), "top.png": b""}
    source = write_files(tmp_path / "set", files)
    (part,) = split_source("set", source)
    images = list(read_part(part))
    assert [(image.key, image.label) for image in images] == [
        ("cat/1.png", "cat"),
        ("test/dog/2.png", "dog"),
        ("top.png", None),
    ]
    assert {image.key: image.body for image in images} == files


def test_name_that_is_no_utf8_gives_a_key_that_can_be_written(tmp_path):
    with open(os.path.join(os.fsencode(tmp_path), b"caf\xe9.png"), "wb") as stream:
        stream.write(b"x")
    (part,) = split_source("set", str(tmp_path))
    (image,) = read_part(part)
    assert image.key == "caf\\xe9.png"


def test_file_that_vanished_is_named(tmp_path):
    (part,) = split_source("set", write_files(tmp_path / "set", {"1.png": b"x"}))
    (tmp_path / "set" / "1.png").unlink()
    with pytest.raises(UserError, match=r"1\.png: this file cannot be read"):
        list(read_part(part))
