import pytest

from pipeline.crawl.candidates import Text
from pipeline.crawl.pages.image_texts import alt_texts, figure_caption, title_texts, without_markup
from tests.pipeline.crawl.pages.made_pages import node_of


@pytest.mark.parametrize(
    ("html", "texts"),
    [
        ("<img alt=fox>", [("alt", "fox")]),
        ("<img alt=' ' aria-label=fox>", [("alt", "fox")]),
        ("<img alt=fox aria-label=fox>", [("alt", "fox")]),
        ("<img alt=fox aria-label='a red fox'>", [("alt", "fox"), ("title", "a red fox")]),
        ("<div role=img aria-label=fox><span><img></span></div>", [("alt", "fox")]),
        ("<div role=img aria-label=fox><img alt=cat></div>", [("alt", "cat")]),
        ("<div aria-label=fox><img></div>", []),
    ],
)
def test_alt_or_the_label_in_its_place(html: str, texts: list[Text]) -> None:
    node = node_of(html)
    assert [text for text in alt_texts(node, node.attributes) if text[1]] == texts


def test_titles_are_what_readers_see_as_one() -> None:
    attributes = node_of(
        "<img title=a data-image-title=b data-caption='&lt;p&gt;c &lt;b&gt;d&lt;/b&gt;' data-x=e>"
    ).attributes
    assert [text.strip() for _, text in title_texts(attributes)] == ["a", "c d", "b"]


@pytest.mark.parametrize(
    ("html", "caption"),
    [
        ("<figure><img><figcaption>a <b>b</b></figcaption></figure>", "a b"),
        ("<figure><img><figure><img><figcaption>inner</figcaption></figure></figure>", ""),
        ("<figure><img><div><figcaption>deep</figcaption></div></figure>", "deep"),
        ("<figure><img></figure>", ""),
    ],
)
def test_a_figure_has_its_own_caption_only(html: str, caption: str) -> None:
    assert figure_caption(node_of(html, "figure")) == caption


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("a < b", "a < b"),
        ("<p>one</p><p>two</p>", "one two"),
        ("<!-- x -->", ""),
        ("I <3 U", "I <3 U"),
    ],
)
def test_mark_up_in_an_attribute_is_read(written: str, text: str) -> None:
    assert " ".join(without_markup(written).split()) == text
