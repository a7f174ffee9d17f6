import os

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dedup.contamination.listing import list_benchmark
from dedup.contamination.records import SourceKind
from schemas.errors import UserError
from tests.dedup.contamination.pictures import picture_bytes, write_files, write_tar

PNG = picture_bytes(0)


def test_folder_is_listed_sorted_and_without_hidden_files(tmp_path):
    source = write_files(
        tmp_path / "set", {"b/1.png": PNG, "a/2.JPG": PNG, ".cache/3.png": PNG, "notes.txt": b"x"}
    )
    listed = list_benchmark("set", source)
    assert listed.kind is SourceKind.FOLDER
    assert [os.path.relpath(f, source) for f in listed.files] == ["a/2.JPG", "b/1.png"]


def test_linked_folder_is_followed_once(tmp_path):
    write_files(tmp_path / "real", {"1.png": PNG})
    write_files(tmp_path / "set", {"0.png": PNG})
    (tmp_path / "set" / "more").symlink_to(tmp_path / "real")
    (tmp_path / "real" / "loop").symlink_to(tmp_path / "set")
    listed = list_benchmark("set", str(tmp_path / "set"))
    assert sorted(os.path.basename(file) for file in listed.files) == ["0.png", "1.png"]


def test_pool_layout_is_its_tars(tmp_path):
    write_tar(tmp_path / "00000.tar", {"a.png": PNG})
    pq.write_table(pa.table({"uid": ["a"]}), tmp_path / "00000.parquet")
    listed = list_benchmark("pool", str(tmp_path))
    assert (listed.kind, listed.files) == (SourceKind.TAR, (str(tmp_path / "00000.tar"),))


def test_side_table_of_an_image_folder_is_not_taken_for_the_images(tmp_path):
    write_files(tmp_path, {"1.png": PNG})
    pq.write_table(pa.table({"file_name": ["1.png"]}), tmp_path / "metadata.parquet")
    assert list_benchmark("set", str(tmp_path)).kind is SourceKind.FOLDER


def test_glob_takes_what_it_names(tmp_path):
    for name in ("train-0.tar", "test-0.tar", "test-1.tar"):
        write_tar(tmp_path / name, {"a.png": PNG})
    listed = list_benchmark("set", f"{tmp_path}/test-*.tar")
    assert [os.path.basename(file) for file in listed.files] == ["test-0.tar", "test-1.tar"]


def test_object_store_is_listed_with_full_urls():
    filesystem = fsspec.filesystem("memory")
    filesystem.pipe("/bench/a/1.png", PNG)
    try:
        listed = list_benchmark("set", "memory://bench")
        assert listed.files == ("memory:///bench/a/1.png",)
    finally:
        filesystem.rm("/bench", recursive=True)


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"notes.txt": b"x"}, "no images here"),
        ({"1.png": PNG, "x.tar": b""}, "both pictures and tars"),
        ({"x.parquet": b"broken"}, "not a readable Parquet table"),
    ],
)
def test_folder_that_cannot_be_read_as_images_is_the_users_mistake(tmp_path, files, says):
    source = write_files(tmp_path / "set", files)
    with pytest.raises(UserError, match=says):
        list_benchmark("set", source)


@pytest.mark.parametrize("source", ["", "{}/missing", "{}/none-*.tar"])
def test_missing_source_is_the_users_mistake(tmp_path, source):
    with pytest.raises(UserError, match=r"empty|no such file|no images here"):
        list_benchmark("set", source.format(tmp_path))


def test_folder_that_may_not_be_read_is_named(tmp_path, monkeypatch):
    def refuse(folder, followlinks, onerror):
        onerror(PermissionError(13, "no", folder))
        yield from ()

    monkeypatch.setattr(os, "walk", refuse)
    with pytest.raises(UserError, match="this folder cannot be read"):
        list_benchmark("set", str(tmp_path))
