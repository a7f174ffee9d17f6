from collections.abc import Iterator

import pytest

from pipeline.crawl.candidates import PageFacts, Text, image_items
from schemas.records import Candidate, LedgerRow

PAGE = PageFacts(
    url="http://e.org/a/",
    base="http://e.org/a/",
    opt_out=("meta:noai",),
    licence_url="http://l/page",
    source="a.warc",
    source_offset=7,
    fetched_at=None,
)


def candidates(*texts: Text, licence_url: str | None = None) -> list[Candidate]:
    items = list(image_items("b.jpg", texts, PAGE, licence_url=licence_url))
    found = [item for item in items if isinstance(item, Candidate)]
    assert len(found) == len(items)
    return found


def test_an_image_with_two_texts_is_two_candidates_of_one_url() -> None:
    items = candidates(("alt", " a  fox "), ("title", ""), ("og", "Foxes"))
    assert [(item.url, item.text, item.text_source) for item in items] == [
        ("http://e.org/a/b.jpg", "a fox", "alt"),
        ("http://e.org/a/b.jpg", "Foxes", "og"),
    ]


def test_a_text_is_once_for_each_place_that_has_it() -> None:
    items = candidates(("alt", "fox"), ("title", "fox"), ("title", "f\nox"), ("title", " fox"))
    assert [(item.text_source, item.text) for item in items] == [
        ("alt", "fox"),
        ("title", "fox"),
        ("title", "f ox"),
    ]


def test_a_licence_of_the_image_goes_before_that_of_the_page() -> None:
    assert candidates(("alt", "fox"))[0].licence_url == "http://l/page"
    assert candidates(("alt", "fox"), licence_url="http://l/own")[0].licence_url == "http://l/own"


@pytest.mark.parametrize(
    ("src", "text", "outcome"),
    [
        ("", "a fox", "no_src"),
        ("data:image/gif;base64,R0lGOD", "a fox", "data_uri"),
        ("b.jpg", " ", "no_alt"),
        ("ftp://e.org/b.jpg", "a fox", "scheme"),
        ("http://[", "a fox", "url"),
        ("sprite.png", "a fox", "sprite"),
        ("favicon.png", "a fox", "icon"),
        ("//pixel.quantserve.com/p.gif", "", "tracking_pixel"),
    ],
)
def test_what_is_no_candidate_is_one_ledger_row(src: str, text: str, outcome: str) -> None:
    (row,) = image_items(src, [("alt", text)], PAGE)
    assert isinstance(row, LedgerRow)
    assert (row.outcome, row.detail) == (outcome, PAGE.url)


def test_texts_of_what_is_refused_are_not_looked_for() -> None:
    def texts() -> Iterator[Text]:
        raise AssertionError
        yield

    (row,) = image_items("a.jpg", texts(), PAGE, size=("16", "16"))
    assert isinstance(row, LedgerRow)
    assert row.outcome == "icon"
