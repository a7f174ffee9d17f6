import pytest

from filters.template import Template
from schemas.outcomes import Reject
from tests.samples import make_candidate


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("{{title}}", "braces"),
        ("Buy {{ product.title }} now", "braces"),
        ("{% if image.alt %}", "braces"),
        ("Photo of ${item.name}", "braces"),
        ("{product.title} in red", "braces"),
        ("{title}", "braces"),
        ("{0} by {1}", "braces"),
        ("Image of %s", "percent"),
        ("%1$s by %2$s", "percent"),
        ("%(name)s at work", "percent"),
        ("%%title%% - %%sitename%%", "percent"),
        ("<%= image.alt %>", "percent"),
        ("[caption]", "shortcode"),
        ('[caption id="attachment_1" align="left"] A cat', "shortcode"),
        ("[/gallery]", "shortcode"),
        ("[object Object]", "shortcode"),
        ("Lorem ipsum dolor sit amet", "filler"),
    ],
)
def test_placeholders_are_rejected_and_named(text: str, kind: str) -> None:
    assert Template()(make_candidate(1, text=text)) == (Reject.TEMPLATE, kind)


@pytest.mark.parametrize(
    "text",
    [
        "100% silk dress, 50% off",
        "20 %d'alcool",
        "A set {1, 2, 3} of three",
        "mommy juice Wines Save the Day {Review & Giveaway}",
        "Flowers [photo by Ann]",
        "Logo [redrawn]",
        "$100 bill",
        "arrays[i] in C",
        "The caption of the image",
    ],
)
def test_signs_in_a_caption_are_kept(text: str) -> None:
    assert Template()(make_candidate(1, text=text)) is None
