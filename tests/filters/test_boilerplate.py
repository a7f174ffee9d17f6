import pytest

from filters.boilerplate import Boilerplate, normalise
from schemas.outcomes import Reject
from tests.samples import make_candidate


@pytest.mark.parametrize(
    "text",
    [
        "Click to enlarge",
        "  CLICK TO ENLARGE!  ",
        "company-logo",
        "No image available",
        "Bild vergrößern",
        "cliquez pour agrandir…",
        "IMG_2043.jpg",
        "holiday photo (3).jpeg",
        "DSC 00123",
        "Screenshot 2024-01-02",
    ],
)
def test_stock_phrases_and_file_names_are_rejected(text: str) -> None:
    assert Boilerplate()(make_candidate(1, text=text)) == Reject.BOILERPLATE


@pytest.mark.parametrize(
    "text",
    [
        "A photo of a company logo on a wall",
        "Click beetle on a leaf",
        "Image of the Virgin, oil on wood",
        "Screenshot of the editor",
        "The file readme.txt",
    ],
)
def test_a_caption_that_only_holds_such_words_is_kept(text: str) -> None:
    assert Boilerplate()(make_candidate(1, text=text)) is None


def test_normalising_folds_case_and_drops_punctuation() -> None:
    assert normalise("  Hello,   WORLD! ") == "hello world"
