# ruff: noqa: RUF001
import pytest

from filters.not_a_caption import NotACaption
from schemas.outcomes import Reject
from tests.samples import make_candidate


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("IMG_2043.jpg", "file_name"),
        ("holiday photo (3).jpeg", "file_name"),
        ("фото-12.PNG", "file_name"),
        ("DSC 00123", "file_name"),
        ("DSC_0012_edited", "file_name"),
        ("IMG-20190101-WA0001", "file_name"),
        ("P1010203", "file_name"),
        ("Screenshot 2024-01-02", "file_name"),
        ("Screen Shot 2020-01-01 at 10.10.10", "file_name"),
        ("image1", "file_name"),
        ("640x480", "size"),
        ("640 x 480 px", "size"),
        ("(300×250)", "size"),
        ("https://example.com/a.jpg?x=1", "url"),
        ("//cdn.example.com/a", "url"),
        ("www.example.com", "url"),
        ("example.co.uk/about", "url"),
        ("me@example.com", "url"),
        ("mount-everest-89590_1280", "slug"),
        ("iVBORw0KGgoAAAANSUhEUgAA==", "slug"),
        ("550e8400-e29b-41d4-a716-446655440000", "code"),
        ("d41d8cd98f00b204", "code"),
        ("2024-01-02", "code"),
        ("12 / 31", "code"),
        ("SKU-12345", "code"),
        ("", None),
    ],
)
def test_what_is_no_caption_is_rejected_and_named(text: str, kind: str | None) -> None:
    expected = (Reject.NOT_A_CAPTION, kind) if kind else None
    assert NotACaption()(make_candidate(1, text=text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The file readme.txt",
        "Image of the Virgin, oil on wood",
        "Screenshot of the editor",
        "IMG_2043.jpg from our holidays",
        "Canvas 40x60 cm, framed",
        "See www.example.com for more",
        "Honda CR-V 2019",
        "May 2019",
        "BMW 320",
        "一辆红色的自行车一辆红色的自行车一辆红色的自行车2019",
        "internationalization-and-localization",
    ],
)
def test_a_caption_that_only_holds_such_a_thing_is_kept(text: str) -> None:
    assert NotACaption()(make_candidate(1, text=text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "img" + "_1" * 1000 + "x",
        "a-" * 1000,
        "a." * 1000,
        "(" * 2000,
        "1 " * 1000 + "x",
        " x " * 2000,
    ],
)
def test_what_is_made_to_take_long_does_not(text: str) -> None:
    NotACaption()(make_candidate(1, text=text))
