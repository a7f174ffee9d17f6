import pytest

from filters.fasttext_model import bundled_model
from filters.language_pool import language_pool
from filters.language_weights import MEASURED


def test_margins_are_those_of_languages_that_fasttext_knows() -> None:
    assert set(MEASURED.margins) <= set(language_pool(bundled_model()).languages)
    assert all(margin > 0 for margin in MEASURED.margins.values())


@pytest.mark.parametrize("weight", ["fasttext", "fasttext_alone", "ngrams_alone", "sharpness"])
def test_each_model_counts(weight: str) -> None:
    assert getattr(MEASURED, weight) > 0


def test_floors_are_logarithms_of_small_probabilities() -> None:
    assert -12 < MEASURED.fasttext_floor < MEASURED.ngrams_floor < -4
