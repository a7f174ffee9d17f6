import pytest
from pydantic import ValidationError

from pipeline.recipe.select import Select


def test_text_around_an_image_must_be_asked_for() -> None:
    assert "context" not in Select().text_sources
    assert "context" in Select.model_validate({"text_sources": ["context"]}).text_sources


@pytest.mark.parametrize(
    "values",
    [{"text_sources": []}, {"near_text_similarity": 0.2}, {"drop_text_above": 0}],
)
def test_a_value_out_of_range_is_a_mistake(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match=next(iter(values))):
        Select.model_validate(values)
