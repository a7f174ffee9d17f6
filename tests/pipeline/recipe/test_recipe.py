from pathlib import Path

import pytest

from pipeline.recipe.load import load_recipe
from pipeline.recipe.recipe import Recipe
from schemas.errors import UserError


def test_a_build_looks_only_where_select_keeps_texts() -> None:
    recipe = Recipe.model_validate(
        {"crawl": {"text_sources": ["context", "alt"]}, "select": {"text_sources": ["og", "alt"]}}
    )
    assert recipe.wanted_crawl.text_sources == ("alt",)
    assert "context" not in Recipe().wanted_crawl.text_sources


def test_places_that_never_meet_are_a_mistake(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text('[crawl]\ntext_sources = ["context"]\n')
    with pytest.raises(UserError, match="no place in common"):
        load_recipe(path)
