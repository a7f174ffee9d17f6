import pytest

from pipeline.queries.options import ListOptions


def test_the_papers_figures_are_the_defaults() -> None:
    options = ListOptions()
    assert options.min_word_count == 100
    assert options.to_json()["max_bigrams"] == 100_646


@pytest.mark.parametrize("wrong", [{"min_word_count": 0}, {"min_views": 0}, {"max_titles": -1}])
def test_a_limit_that_cannot_be_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        ListOptions(**wrong)
