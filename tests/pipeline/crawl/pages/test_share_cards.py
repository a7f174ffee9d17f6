import pytest

from pipeline.crawl.pages.share_cards import card_pictures


def pictures(*metas: tuple[str, str]) -> dict[str, list[str]]:
    found = card_pictures([{"property": name, "content": content} for name, content in metas])
    return {src: [text for text in texts if text] for src, texts in found.items()}


TITLE = ("og:title", "Fox")
ABOUT = ("og:description", "A red fox")


@pytest.mark.parametrize(
    ("metas", "found"),
    [
        ([("og:image", "a.jpg"), TITLE, ABOUT], {"a.jpg": ["Fox", "A red fox"]}),
        ([ABOUT, TITLE, ("og:image:url", "a.jpg")], {"a.jpg": ["A red fox", "Fox"]}),
        ([("og:image", "a.jpg"), ("og:image:alt", "Alt"), TITLE], {"a.jpg": ["Alt", "Fox"]}),
        (
            [("og:image", "a"), ("og:image:alt", "A"), ("og:image", "b"), ("og:image:alt", "B")],
            {"a": ["A"], "b": ["B"]},
        ),
        ([("og:image", "a"), ("og:image:secure_url", "b"), TITLE], {"a": ["Fox"]}),
        ([("og:image:secure_url", "b"), TITLE], {"b": ["Fox"]}),
        ([("og:image", "a"), ("og:image:width", "9")], {"a": []}),
        ([("og:image", "a?x=1&amp;y=2"), TITLE], {"a?x=1&y=2": ["Fox"]}),
        ([TITLE, ABOUT], {}),
        ([("twitter:image", "a"), ("twitter:title", "T"), TITLE, ABOUT], {"a": ["T", "A red fox"]}),
        ([("twitter:image:src", "a"), ("twitter:image:alt", "Alt")], {"a": ["Alt"]}),
        ([("OG:Image", "a"), ("og:image", "a"), TITLE], {"a": ["Fox"]}),
    ],
)
def test_cards(metas: list[tuple[str, str]], found: dict[str, list[str]]) -> None:
    assert pictures(*metas) == found


def test_the_same_picture_on_both_cards_has_the_texts_of_both() -> None:
    metas = [("og:image", "a"), TITLE, ("twitter:image", "a"), ("twitter:title", "On X")]
    assert pictures(*metas) == {"a": ["Fox", "On X"]}


def test_names_may_stand_in_either_attribute() -> None:
    metas = [{"name": "og:image", "content": " a "}, {"name": "og:title", "content": "Fox"}]
    assert card_pictures(metas)["a"] == ["", "Fox"]
    assert card_pictures([{"property": None, "content": None}, {"itemprop": "image"}]) == {}
