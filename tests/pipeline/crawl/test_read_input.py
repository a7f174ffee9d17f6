from pathlib import Path

from pipeline.crawl.inputs import plan_inputs
from pipeline.crawl.options import ReadOptions
from pipeline.crawl.read_input import Item, read_input, split_input
from pipeline.crawl.warc import ArchivedImage
from schemas.records import Candidate
from tests.archives import write_archive
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
