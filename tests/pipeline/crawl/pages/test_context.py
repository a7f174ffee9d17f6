import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.crawl.pages.context import (
    MAX_CONTEXT_CHARS,
    heading_text,
    link_text,
    shorten,
    text_beside,
)
from pipeline.crawl.pages.flow import Way
from pipeline.crawl.pages.place import find_place
from tests.pipeline.crawl.pages.made_pages import node_of


def beside(html: str) -> list[str]:
    return list(text_beside(find_place(node_of(html))))


@pytest.mark.parametrize(
    ("html", "texts"),
    [
        ("<p>one <img src=a> two</p>", ["one", "two"]),
        ("<p>one <a href=x><b><img src=a></b></a> two</p>", ["one", "two"]),
        ("<div><img src=a><p>one</p><p>two</p></div>", ["one two"]),
        ("<p>far</p><div><p><img src=a></p><p>near</p></div>", ["near"]),
        ("<div><img src=a> one <img src=b> two</div>", ["one"]),
        ("<div>zero<h2>no</h2><img src=a> one <h3>no</h3> two</div>", ["one"]),
        ("<div><figure><img src=a><figcaption>no</figcaption></figure><p>one</p></div>", ["one"]),
        ("<section><div><div><p><img src=a></p></div></div></section><p>far</p>", []),
        ("<ul><li><img src=a></li><li>another item</li></ul>", []),
        ("<img src=a>", []),
    ],
)
def test_text_beside_ends_at_the_next_image_or_heading(html: str, texts: list[str]) -> None:
    assert beside(html) == texts


def test_text_of_a_whole_article_is_cut_on_both_sides_of_the_image() -> None:
    html = f"<p>{'First. ' * 200}<img src=a>{' Last one here.' * 200}</p>"
    before, behind = beside(html)

    assert before.endswith("First. First.")
    assert behind.startswith("Last one here. Last one here.")
    assert behind.endswith("here.")
    assert max(len(before), len(behind)) <= MAX_CONTEXT_CHARS


def test_links_and_headings_say_what_they_say() -> None:
    assert link_text(node_of("<a href=x><img src=a><p>one</p>two</a>", "a")) == "one two"
    assert heading_text(node_of("<h2>one <span>two</span></h2>", "h2")) == "one two"


@pytest.mark.parametrize(
    ("text", "way", "cut"),
    [
        ("one two", Way.ON, "one two"),
        ("one two three. four", Way.ON, "one two three."),
        ("one two three four", Way.ON, "one two three"),
        ("onetwothreefourfive", Way.ON, "onetwothreefour"),
        ("one. two three four", Way.BACK, "two three four"),
        ("zero one two three four", Way.BACK, "two three four"),
        ("onetwothreefourfive", Way.BACK, "wothreefourfive"),
        ("一二三四五六七八九。一二三四五六七八九", Way.ON, "一二三四五六七八九。"),
    ],
)
def test_texts_are_cut_between_sentences_or_words(text: str, way: Way, cut: str) -> None:
    assert shorten(text, way, 15) == cut


@given(st.text(st.sampled_from("ab .。"), max_size=60), st.sampled_from(Way))
def test_a_cut_text_is_a_part_of_it(text: str, way: Way) -> None:
    cut = shorten(text, way, 10)

    assert len(cut) <= 10
    assert cut in " ".join(text.split())
    assert bool(cut) == bool(text.strip())
