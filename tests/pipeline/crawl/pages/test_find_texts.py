import pytest

from pipeline.crawl.candidates import Text
from pipeline.crawl.options import TEXT_SOURCES
from schemas.records import TextSource
from tests.pipeline.crawl.pages.made_pages import texts_of

PAGE = """
<h2>Animals</h2>
<p>Look: <a href=x>more</a></p>
<figure><a href=y>Foxes <img src=a.jpg alt='A fox' title='Red fox'></a>
<figcaption>A fox in snow</figcaption></figure> Behind.
"""


def test_all_places_best_first() -> None:
    assert texts_of(PAGE) == [
        ("alt", "A fox"),
        ("figcaption", "A fox in snow"),
        ("title", "Red fox"),
        ("context", "Foxes"),
        ("context", "Look: more"),
        ("context", "Behind."),
        ("context", "Animals"),
    ]


@pytest.mark.parametrize("source", [name for name in TEXT_SOURCES if name not in ("og", "meta")])
def test_only_places_that_are_asked_for(source: TextSource) -> None:
    assert texts_of(PAGE, source) == [text for text in texts_of(PAGE) if text[0] == source]


def test_context_that_says_the_same_again_is_no_text() -> None:
    html = "<h1>A fox</h1><p>A\nfox <a href=x>A fox<img src=a alt='A fox'></a></p>"
    assert texts_of(html) == [("alt", "A fox")]


def test_several_texts_of_one_place_are_kept() -> None:
    html = "<img src=a title='Red fox' data-caption='Red fox in snow' data-title='Red fox'>"
    assert texts_of(html) == [("title", "Red fox"), ("title", "Red fox in snow")]


@pytest.mark.parametrize(
    ("texts", "html"),
    [
        ([("alt", "fox"), ("alt", "cat")], "<img alt=fox><noscript><img src=a alt=cat></noscript>"),
        ([("title", "fox")], "<img title=fox><noscript><img src=a title=fox></noscript>"),
    ],
)
def test_texts_of_a_copy_are_texts_of_the_picture(texts: list[Text], html: str) -> None:
    assert texts_of(html) == texts


def test_an_image_shared_by_many_figures_texts_takes_linear_time() -> None:
    gallery = "<img src=a>" * 5000
    html = f"<figure>{gallery}<figcaption>{'long caption ' * 5000}</figcaption></figure>"

    assert len(texts_of(html)) == 5000
