from typing import Any

import pytest

from pipeline.crawl.pages.page_language import page_language
from schemas.records import Candidate
from tests.pipeline.crawl.pages.made_pages import read


def meta(**attributes: str) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in attributes.items()}


HEADER = [("Content-Language", "fr")]
EQUIV = meta(http_equiv="Content-Language", content="es")
LOCALE = meta(property="og:locale", content="pt_BR")


@pytest.mark.parametrize(
    ("html", "metas", "headers", "language"),
    [
        ({"lang": "de-AT"}, [EQUIV], HEADER, "de"),
        ({"xml:lang": "DE"}, [], [], "de"),
        ({"lang": ""}, [EQUIV, LOCALE], HEADER, "es"),
        ({}, [LOCALE], HEADER, "fr"),
        ({}, [LOCALE], [], "pt"),
        ({}, [], [("content-language", "en, de")], None),
        ({"lang": "x"}, [], [], None),
        ({"lang": "{{lang}}"}, [], [], None),
        ({"lang": "und"}, [], [], None),
        ({"lang": None}, [], [], None),
        ({}, [], [], None),
    ],
)
def test_the_surest_place_that_names_one_language_counts(
    html: dict[str, str | None], metas: list[Any], headers: Any, language: str | None
) -> None:
    assert page_language(html, metas, headers) == language


@pytest.mark.parametrize(
    ("html", "language"),
    [
        ("<html lang=de-DE><img src=a.jpg alt='ein Boot'>", "de"),
        ("<img src=a.jpg alt='ein Boot'>", None),
        ("<meta http-equiv=content-language content=it><img src=a.jpg alt=x>", "it"),
    ],
)
def test_candidates_know_the_language_of_their_page(html: str, language: str | None) -> None:
    (item,) = read(html).items
    assert isinstance(item, Candidate)
    assert item.page_language == language
