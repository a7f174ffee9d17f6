import gzip
from pathlib import Path

import fsspec
import pytest

from pipeline.crawl.path_list import read_path_list
from schemas.errors import UserError
from tests.files_server import serve_files

LINES = b"crawl-data/a/1.warc.gz\n\n crawl-data/a/2.warc.gz \r\n"
NAMES = ["crawl-data/a/1.warc.gz", "crawl-data/a/2.warc.gz"]


def test_list_of_a_server_names_files_of_its_root() -> None:
    with serve_files({"/x/warc.paths.gz": gzip.compress(LINES)}) as server:
        found = list(read_path_list(f"{server}/x/warc.paths.gz"))

    assert found == [f"{server}/{name}" for name in NAMES]


def test_list_of_a_bucket_names_files_of_the_bucket() -> None:
    with fsspec.open("memory://bucket/x/warc.paths", "wb") as stream:
        stream.write(LINES)

    assert list(read_path_list("memory://bucket/x/warc.paths")) == [
        f"memory://bucket/{name}" for name in NAMES
    ]


def test_local_list_names_files_beside_it_and_else_of_common_crawl(tmp_path: Path) -> None:
    (tmp_path / "warc.paths").write_bytes(LINES + b"https://host/3.warc.gz\n")
    beside = tmp_path / NAMES[0]
    beside.parent.mkdir(parents=True)
    beside.touch()

    assert list(read_path_list(str(tmp_path / "warc.paths"))) == [
        str(beside),
        f"https://data.commoncrawl.org/{NAMES[1]}",
        "https://host/3.warc.gz",
    ]


@pytest.mark.parametrize("data", [gzip.compress(LINES)[:-9], b"\xff\xfe\0", b"\x1f\x8bnonsense"])
def test_list_that_is_none_is_one_clear_line(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "warc.paths.gz"
    path.write_bytes(data)

    with pytest.raises(UserError, match="not a list of paths"):
        list(read_path_list(str(path)))
    with pytest.raises(UserError, match="no such file"):
        list(read_path_list(str(tmp_path / "none.paths")))
