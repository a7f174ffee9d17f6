import io
import json
import tarfile
from pathlib import Path

import pytest

from pipeline.crawl.lists.row_items import Item
from pipeline.crawl.pictures.picture_tar import MAX_TEXT_BYTES, read_picture_tar
from pipeline.download.archive import read_archived_image
from schemas.records import Candidate, LedgerRow


def write(path: Path, members: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w") as tar:
        for name, data in members.items():
            header = tarfile.TarInfo(name)
            header.size = len(data)
            tar.addfile(header, io.BytesIO(data))
    return path


def read(path: Path) -> list[Item]:
    return list(read_picture_tar(str(path)))


def rows(items: list[Item]) -> list[tuple[str, str]]:
    return [
        (str(item.url).rpartition("#")[2], item.outcome)
        for item in items
        if isinstance(item, LedgerRow)
    ]


def test_pictures_are_pointed_at_in_the_tar(tmp_path: Path) -> None:
    facts = {"url": "http://e.org/b.jpg", "caption": "from json", "width": 5, "similarity": 0.3}
    path = write(
        tmp_path / "x.tar",
        {
            "a/0.jpg": b"first",
            "a/0.txt": b"a red boat",
            "1.json": json.dumps(facts).encode(),
            "1.png": b"second",
        },
    )
    first, second = read(path)
    assert isinstance(first, Candidate)
    assert isinstance(second, Candidate)
    assert first.url.startswith("ni:///sha-256;")
    assert (second.url, second.text) == ("http://e.org/b.jpg", "from json")
    assert json.loads(str(second.extra)) == {"width": 5, "similarity": 0.3}
    assert first.image is not None
    assert second.image is not None
    assert read_archived_image(first.image).body == b"first"
    assert read_archived_image(second.image).body == b"second"


def test_each_sample_that_gives_no_pair_is_a_row(tmp_path: Path) -> None:
    path = write(
        tmp_path / "x.tar",
        {
            "0.jpg": b"p",
            "1.jpg": b"p",
            "1.json": b"{",
            "2.txt": b"no picture",
            "3.jpg": b"",
            "3.txt": b"a boat",
            "4.jpg": b"p",
            "4.txt": b"\xff",
            "5.jpg": b"p",
            "5.txt": b"x" * (MAX_TEXT_BYTES + 1),
            "6.jpg": b"p",
            "6.txt": b"a boat",
        },
    )
    items = read(path)
    assert rows(items) == [
        ("0.jpg", "no_alt"),
        ("1.jpg", "row"),
        ("2.txt", "file_missing"),
        ("3.jpg", "empty"),
        ("4.jpg", "row"),
        ("5.jpg", "too_large"),
    ]
    assert isinstance(items[-1], Candidate)


@pytest.mark.parametrize(
    ("keep", "whole"),
    [
        (2 * 1024, 0),  # between two members: nothing says that the sample is whole
        (2 * 1024 + 700, 1),  # within the next picture
        (2 * 1024 + 100, 0),  # within a header
        (6 * 1024 - 200, 2),  # within a text
        (8 * 1024, 3),  # the end mark alone is missing
    ],
)
def test_a_cut_tar_keeps_whole_samples_and_says_so(tmp_path: Path, keep: int, whole: int) -> None:
    members = {}
    for n in range(4):
        members |= {f"{n}.jpg": b"p" * 300, f"{n}.txt": b"a boat"}
    path = write(tmp_path / "x.tar", members)
    path.write_bytes(path.read_bytes()[:keep])
    *good, last = read(path)
    assert [type(item) for item in good] == [Candidate] * whole
    assert isinstance(last, LedgerRow)
    assert last.outcome == "file_format"


@pytest.mark.parametrize(
    ("data", "outcome"), [(b"no tar at all" * 99, "file_format"), (None, "file_missing")]
)
def test_what_is_no_tar_is_one_row(tmp_path: Path, data: bytes | None, outcome: str) -> None:
    if data is not None:
        (tmp_path / "x.tar").write_bytes(data)
    (row,) = read(tmp_path / "x.tar")
    assert isinstance(row, LedgerRow)
    assert row.outcome == outcome


def test_links_and_folders_in_a_tar_are_passed(tmp_path: Path) -> None:
    path = tmp_path / "x.tar"
    with tarfile.open(path, "w") as tar:
        for name, kind in (("d", tarfile.DIRTYPE), ("l.jpg", tarfile.SYMTYPE)):
            header = tarfile.TarInfo(name)
            header.type, header.linkname = kind, "/etc/passwd"
            tar.addfile(header)
    assert read(path) == []
