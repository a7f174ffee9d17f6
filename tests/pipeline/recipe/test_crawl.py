import pytest
from pydantic import ValidationError

from pipeline.recipe.crawl import Crawl


def test_texts_are_taken_from_everywhere_unless_told() -> None:
    assert "context" in Crawl().text_sources
    assert Crawl.model_validate({"text_sources": ["alt"]}).text_sources == ("alt",)


@pytest.mark.parametrize(
    "values", [{"crawlers": 0}, {"max_depth": -1}, {"scope": "web"}, {"text_sources": ["body"]}]
)
def test_a_value_out_of_range_is_a_mistake(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match=next(iter(values))):
        Crawl.model_validate(values)
