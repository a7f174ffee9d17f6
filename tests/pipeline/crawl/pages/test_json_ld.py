import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.crawl.pages.json_ld import Described, read_json_ld


def read(*values: object) -> list[Described]:
    return list(read_json_ld([json.dumps(value) for value in values]).pictures)


IMAGE = {
    "@type": "ImageObject",
    "contentUrl": "a.jpg",
    "caption": "A fox",
    "license": "http://l/by",
}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (IMAGE, Described("a.jpg", ("A fox",), "http://l/by")),
        ([[IMAGE]], Described("a.jpg", ("A fox",), "http://l/by")),
        ({"@type": ["Photo", "ImageObject"], "url": "a", "name": "N"}, Described("a", ("N",), "")),
        ({"@type": "ImageObject", "thumbnailUrl": "t"}, Described("t", (), "")),
        ({"@type": "Product", "image": "a", "name": "Shoe"}, Described("a", ("Shoe",), "")),
        ({"@type": "Recipe", "image": ["a"], "name": "Pie"}, Described("a", ("Pie",), "")),
        (
            {"@type": "NewsArticle", "image": {"url": "a"}, "headline": "H", "description": "D"},
            Described("a", ("H", "D"), ""),
        ),
        (
            {"@type": "Article", "headline": "H", "image": IMAGE},
            Described("a.jpg", ("H", "A fox"), "http://l/by"),
        ),
        (
            {"@type": "ImageObject", "url": "a", "license": {"@id": "http://l/by"}},
            Described("a", (), "http://l/by"),
        ),
        (
            {"@type": "ImageObject", "url": " a?x&amp;y ", "caption": "Fish &#038; <b>chips</b>"},
            Described("a?x&y", ("Fish & chips",), ""),
        ),
    ],
)  # fmt: skip
def test_pictures(value: object, found: Described) -> None:
    (picture,) = read(value)

    assert picture == Described(found.src, picture.texts, found.licence)
    assert [" ".join(text.split()) for text in picture.texts] == list(found.texts)


def test_a_reference_is_followed_within_the_page() -> None:
    graph = {
        "@graph": [
            {"@type": "WebPage", "name": "Foxes", "primaryImageOfPage": {"@id": "#i"}},
            {"@type": "ImageObject", "@id": "#i", "url": "a.jpg", "caption": "A fox"},
        ]
    }
    assert read(graph) == [Described("a.jpg", ("Foxes", "A fox"), "")]


def test_the_licence_of_the_page_is_not_one_of_a_picture() -> None:
    article = {"@type": "Article", "license": "http://l/page", "image": IMAGE}
    assert read_json_ld([json.dumps(article)]).licence == "http://l/page"
    assert read_json_ld([json.dumps(IMAGE)]).licence == ""


@pytest.mark.parametrize(
    "script", ["", "{", "null", "[" * 100_000, '{"image": {"url": 5}}', '{"image": [null, 3, {}]}']
)
def test_what_says_nothing_is_passed(script: str) -> None:
    assert read_json_ld([script]).pictures == ()


@pytest.mark.parametrize(
    ("before", "behind"),
    [(" <![CDATA[ ", " ]]> "), ("//<![CDATA[\n", "\n//]]>\n"), ("/* <![CDATA[ */", "/* ]]> */")],
)
def test_cdata_around_it_is_passed(before: str, behind: str) -> None:
    script = f"{before}{json.dumps(IMAGE)}{behind}"
    assert read_json_ld([script]).pictures[0].src == "a.jpg"


def test_line_ends_in_texts_are_read() -> None:
    assert read_json_ld(['{"image": "a", "name": "red\nfox"}']).pictures[0].texts == ("red\nfox",)


JSON = st.recursive(
    st.none() | st.text(max_size=5) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["@type", "@id", "image", "url", "license", "name", "caption"]), inner
        )
    ),
)


@given(JSON)
def test_no_json_fails(value: object) -> None:
    for picture in read(value):
        assert picture.src
