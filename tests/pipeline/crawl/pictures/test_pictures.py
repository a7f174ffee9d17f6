import hashlib
from pathlib import Path

import pytest

from pipeline.crawl.inputs import CrawlInput, InputKind
from pipeline.crawl.pictures.pictures import beside, open_spool, picture_bytes, point_at
from pipeline.download.archive import read_archived_image
from schemas.errors import RecordFailed
from schemas.outcomes import Failure
from schemas.uid import name_picture

ITEM = CrawlInput(path="/data/x.parquet", kind=InputKind.LIST, start=0, end=2)


def test_copies_are_read_back_and_made_again_alike(tmp_path: Path) -> None:
    bodies = [b"first", b"second picture", b"third"]
    kept = []
    for _ in range(2):
        with open_spool(str(tmp_path), ITEM) as spool:
            pictures = [spool.add(body) for body in bodies]
        (file,) = (tmp_path / "pictures").iterdir()
        kept.append((file.name, file.read_bytes()))
    assert kept[0] == kept[1]
    assert [read_archived_image(picture.ref).body for picture in pictures] == bodies
    assert pictures[0].name == name_picture(hashlib.sha256(b"first").hexdigest())


def test_parts_have_files_of_their_own(tmp_path: Path) -> None:
    for start in (0, 2):
        part = CrawlInput(path=ITEM.path, kind=ITEM.kind, start=start, end=start + 2)
        with open_spool(str(tmp_path), part) as spool:
            spool.add(b"x")
    assert len(list((tmp_path / "pictures").iterdir())) == 2


def test_a_part_that_breaks_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RecordFailed), open_spool(str(tmp_path), ITEM) as spool:
        spool.add(b"")
    assert not list((tmp_path / "pictures").iterdir())


def test_an_empty_or_missing_picture_fails_by_name(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    for name, outcome in (("empty.jpg", Failure.EMPTY), ("gone.jpg", Failure.FILE_MISSING)):
        with pytest.raises(RecordFailed) as failed:
            point_at(str(tmp_path / name))
        assert failed.value.outcome == outcome


@pytest.mark.parametrize("name", ["a.jpg", "sub/a.jpg", "./sub/../a.jpg", "sub\\a.jpg"])
def test_a_list_names_files_below_its_folder(name: str) -> None:
    assert beside("/data/set/list.csv", name).startswith("/data/set/")
    assert beside("s3://bucket/set/list.csv", name).startswith("s3://bucket/set/")


@pytest.mark.parametrize(
    "name", ["", " ", ".", "..", "../x.jpg", "a/../../x.jpg", "/etc/passwd", "file:///etc/passwd"]
)
def test_a_list_leads_nowhere_else(name: str) -> None:
    with pytest.raises(RecordFailed, match="row"):
        beside("/data/set/list.csv", name)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    (tmp_path / "set").mkdir()
    (tmp_path / "set/link.jpg").symlink_to(tmp_path / "secret")
    with pytest.raises(RecordFailed):
        beside(str(tmp_path / "set/list.csv"), "link.jpg")


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        (b"abc", b"abc"),
        ({"bytes": b"abc", "path": "a.jpg"}, b"abc"),
        ({"bytes": None, "path": "a.jpg"}, "a.jpg"),
        ({"bytes": None, "path": None}, b""),
        (None, b""),
    ],
)
def test_a_cell_holds_bytes_or_a_path(cell: object, wanted: bytes | str) -> None:
    assert picture_bytes(cell) == wanted
