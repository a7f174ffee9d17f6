import zipfile
from functools import partial
from pathlib import Path

import pytest
import zstandard

from pipeline.crawl import read_input as read_input_module
from pipeline.crawl.inputs import plan_inputs
from pipeline.crawl.options import ReadOptions
from pipeline.crawl.read_input import Item, read_input, split_input
from pipeline.crawl.split_archive import split_archive
from pipeline.crawl.warc import ArchivedImage
from schemas.records import Candidate
from tests.archives import write_archive
from tests.pipeline.crawl.archives import ARC_FILE, arc_record, http
from tests.pipeline.crawl.wats import URL, image, wat_json, wat_record
from tests.samples import make_image

OPTIONS = ReadOptions(product_token="webimagetext")


def read(*inputs: Path) -> list[Item]:
    planned = plan_inputs([str(path) for path in inputs])
    return [
        found
        for item in planned
        for part in split_input(item)
        for found in read_input(part, OPTIONS)
    ]


def test_an_archive_gives_the_candidates_of_its_pages_and_its_images(tmp_path: Path) -> None:
    page = b'<img src="a.jpg" alt="a red boat">'
    answers = {
        "http://e.org/": ("text/html", page),
        "http://e.org/a.jpg": ("image/jpeg", make_image(1)),
    }
    write_archive(tmp_path / "a.warc.gz", answers)
    candidate, image = read(tmp_path / "a.warc.gz")
    assert isinstance(candidate, Candidate)
    assert isinstance(image, ArchivedImage)
    assert candidate.url == image.url == "http://e.org/a.jpg"


def test_a_list_gives_an_item_a_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("url,text\nhttp://e.org/a.jpg,a red boat\nhttp://e.org/b.jpg,\n")
    assert [isinstance(item, Candidate) for item in read(path)] == [True, False]


def test_every_kind_of_archive_gives_the_same_candidates(tmp_path: Path) -> None:
    page = b'<img src="a.jpg" alt="a red boat">'
    write_archive(tmp_path / "a.warc", {"http://e.org/": ("text/html", page)})
    write_archive(tmp_path / "a.warc.gz", {"http://e.org/": ("text/html", page)})
    data = (tmp_path / "a.warc.gz").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.wacz", "w") as packed:
        packed.writestr("archive/a.warc.gz", data)
    plain = (tmp_path / "a.warc").read_bytes()
    (tmp_path / "a.warc.zst").write_bytes(zstandard.ZstdCompressor().compress(plain))
    (tmp_path / "a.arc").write_bytes(ARC_FILE + arc_record("http://e.org/", http(page)))
    (tmp_path / "a.wat").write_bytes(
        wat_record(wat_json([image("/a.jpg", alt="a red boat")]).replace(URL, "http://e.org/"))
    )
    for name in ("a.warc", "a.warc.gz", "a.warc.zst", "a.wacz", "a.arc", "a.wat"):
        (found,) = read(tmp_path / name)
        assert isinstance(found, Candidate), name
        assert (found.url, found.text) == ("http://e.org/a.jpg", "a red boat")


def test_large_archive_is_cut_and_its_parts_are_the_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_input_module, "split_archive", partial(split_archive, part_bytes=9000))
    answers = {f"http://e.org/{n}": ("text/html", b"<img src=a alt=b>") for n in range(200)}
    write_archive(tmp_path / "a.warc", answers)
    (item,) = plan_inputs([str(tmp_path / "a.warc")])

    assert len(list(split_input(item))) > 5
    assert read(tmp_path / "a.warc") == list(read_input(item, OPTIONS))
