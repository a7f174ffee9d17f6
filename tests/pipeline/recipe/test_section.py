import pytest
from pydantic import ValidationError

from pipeline.recipe.section import Section


class Cup(Section):
    size_ml: int = 250


def test_an_unknown_key_is_a_mistake_and_values_do_not_change() -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        Cup.model_validate({"size": 3})
    with pytest.raises(ValidationError, match="frozen"):
        Cup().size_ml = 3  # type: ignore[misc]
