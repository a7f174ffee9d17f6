import uuid
from pathlib import Path

import pytest

from pipeline.shards.storage import (
    atomic_output,
    exists,
    is_remote,
    join,
    list_files,
    open_input,
    read_bytes,
    read_range,
    remove,
    write_bytes,
)


@pytest.fixture(params=["local", "remote"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A local folder, and one in fsspec's object store in memory."""
    return str(tmp_path) if request.param == "local" else f"memory://{uuid.uuid4().hex}"


def test_what_is_written_is_read_back(folder: str) -> None:
    path = join(folder, "a", "b.bin")
    write_bytes(path, b"data")
    assert exists(path)
    assert read_bytes(path) == b"data"
    with open_input(path) as stream:
        assert stream.read() == b"data"


def test_a_failed_write_leaves_nothing(folder: str) -> None:
    path = join(folder, "x.bin")

    def fail() -> None:
        with atomic_output(path) as stream:
            stream.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert not exists(path)
    assert list_files(folder) == []


def test_a_failed_write_leaves_the_old_file(folder: str) -> None:
    path = join(folder, "x.bin")
    write_bytes(path, b"old")

    def fail() -> None:
        with atomic_output(path) as stream:
            stream.write(b"new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert read_bytes(path) == b"old"


def test_files_are_listed_sorted_and_without_hidden_ones(folder: str) -> None:
    for name in ("b.tar", "a.tar", "c.parquet", ".tmp-a.tar-1", "_work.tar"):
        write_bytes(join(folder, name), b"")
    assert list_files(folder, ".tar") == [join(folder, "a.tar"), join(folder, "b.tar")]
    assert list_files(join(folder, "none")) == []


@pytest.mark.parametrize(
    ("offset", "length", "expected"), [(0, 3, b"abc"), (2, 2, b"cd"), (4, 9, b"ef"), (9, 1, b"")]
)
def test_a_range_is_read_and_ends_where_the_file_does(
    folder: str, offset: int, length: int, expected: bytes
) -> None:
    write_bytes(join(folder, "x.bin"), b"abcdef")
    assert read_range(join(folder, "x.bin"), offset, length) == expected


def test_urls_are_told_from_paths() -> None:
    assert is_remote("s3://bucket/x")
    assert not is_remote("data/x")


def test_a_file_is_removed_and_a_missing_one_is_none_to_remove(folder: str) -> None:
    path = join(folder, "x.bin")
    write_bytes(path, b"data")
    remove(path)
    assert not exists(path)
    remove(path)
