from pathlib import Path

import pytest

from pipeline.crawl.inputs import CrawlInput, InputKind
from pipeline.crawl.lists.row_items import Item
from pipeline.crawl.pictures import picture_folder
from pipeline.crawl.pictures.picture_folder import read_picture_folder, split_picture_folder
from pipeline.download.archive import read_archived_image
from schemas.records import Candidate, ImageKind, LedgerRow
from schemas.uid import make_uid


def read(folder: Path) -> list[Item]:
    item = CrawlInput(path=str(folder), kind=InputKind.PICTURES)
    return [found for part in split_picture_folder(item) for found in read_picture_folder(part)]


def test_a_picture_with_its_caption_is_a_candidate_that_points_at_its_file(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"picture")
    (tmp_path / "a.txt").write_text("\ufeffa red boat\non the  sea\n")
    (found,) = read(tmp_path)
    assert isinstance(found, Candidate)
    assert found.text == "a red boat on the sea"
    assert found.uid == make_uid(found.url, found.text)
    assert found.source == str(tmp_path / "a.jpg")
    assert found.image is not None
    assert found.image.kind is ImageKind.BYTES
    assert read_archived_image(found.image).body == b"picture"


def test_equal_files_have_one_name_wherever_they_lie(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.jpg").write_bytes(b"picture")
        (tmp_path / f"{name}.txt").write_text("a boat")
    first, second = read(tmp_path)
    assert isinstance(first, Candidate)
    assert isinstance(second, Candidate)
    assert first.uid == second.uid


def test_everything_that_lacks_its_other_half_is_a_row(tmp_path: Path) -> None:
    for name in ("alone.jpg", "empty.jpg", "blank.jpg", "latin.jpg", "long.jpg"):
        (tmp_path / name).write_bytes(b"picture")
    (tmp_path / "empty.jpg").write_bytes(b"")
    (tmp_path / "empty.txt").write_text("a boat")
    (tmp_path / "blank.txt").write_text(" \n")
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    (tmp_path / "long.txt").write_bytes(b"x" * (picture_folder.MAX_CAPTION_BYTES + 1))
    (tmp_path / "lost.txt").write_text("a boat")
    (tmp_path / "notes.md").write_text("passed")
    found = {
        Path(str(item.url)).name: item.outcome
        for item in read(tmp_path)
        if isinstance(item, LedgerRow)
    }
    assert found == {
        "alone.jpg": "no_alt",
        "empty.jpg": "empty",
        "blank.jpg": "no_alt",
        "latin.jpg": "row",
        "long.jpg": "too_large",
        "lost.txt": "file_missing",
    }


def test_parts_are_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(5):
        (tmp_path / f"{n}.jpg").write_bytes(b"%d" % n)
        (tmp_path / f"{n}.txt").write_text(f"boat {n}")
    whole = read(tmp_path)
    monkeypatch.setattr(picture_folder, "FILES_PER_PART", 3)
    assert read(tmp_path) == whole
    assert len(whole) == 5
