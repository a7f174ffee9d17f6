import pytest

from pipeline.crawl.candidates import PageFacts, image_items
from schemas.records import Candidate, LedgerRow

PAGE = PageFacts(
    url="http://e.org/a/",
    base="http://e.org/a/",
    opt_out=("meta:noai",),
    licence_url=None,
    source="a.warc",
    source_offset=7,
    fetched_at=None,
)


def test_an_image_with_two_texts_is_two_candidates_of_one_url() -> None:
    items = list(image_items("b.jpg", [("alt", " a  fox "), ("title", ""), ("og", "Foxes")], PAGE))
    assert all(isinstance(item, Candidate) for item in items)
    assert [(item.url, item.text, item.text_source) for item in items] == [
        ("http://e.org/a/b.jpg", "a fox", "alt"),
        ("http://e.org/a/b.jpg", "Foxes", "og"),
    ]


@pytest.mark.parametrize(
    ("src", "text", "outcome"),
    [
        ("", "a fox", "no_src"),
        ("data:image/gif;base64,R0lGOD", "a fox", "data_uri"),
        ("b.jpg", " ", "no_alt"),
        ("ftp://e.org/b.jpg", "a fox", "scheme"),
        ("http://[", "a fox", "url"),
    ],
)
def test_what_is_no_candidate_is_one_ledger_row(src: str, text: str, outcome: str) -> None:
    (row,) = image_items(src, [("alt", text)], PAGE)
    assert isinstance(row, LedgerRow)
    assert (row.outcome, row.detail) == (outcome, PAGE.url)
