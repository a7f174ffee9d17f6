import pytest

from pipeline.queries.bigrams import npmi, pmi


def test_pmi_is_nltks_in_bits() -> None:
    assert pmi(8, 16, 32, 1024) == pytest.approx(4.0)
    assert pmi(4, 64, 64, 1024) == pytest.approx(0.0)


def test_npmi_is_one_for_words_that_occur_only_together_however_often() -> None:
    assert npmi(2, 2, 2, 1000) == pytest.approx(1.0)
    assert npmi(200, 200, 200, 1000) == pytest.approx(1.0)
    assert npmi(4, 64, 64, 1024) == pytest.approx(0.0)
    assert npmi(5, 5, 5, 5) == 1.0


def test_pmi_30_needs_words_that_hardly_occur() -> None:
    english_wikipedia = 4_500_000_000
    assert pmi(4, 4, 4, english_wikipedia) > 30
    assert pmi(5, 5, 5, english_wikipedia) < 30
