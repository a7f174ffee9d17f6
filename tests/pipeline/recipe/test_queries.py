from pathlib import Path

import pytest

from pipeline.recipe.load import load_recipe
from pipeline.recipe.queries import Queries
from schemas.errors import UserError


def test_two_ways_to_limit_pairs_a_query_are_a_mistake(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text("[queries]\nmax_pairs = 5\ntail_share = 0.06\n")
    with pytest.raises(UserError, match=r"r\.toml:1: queries: .*max_pairs and tail_share"):
        load_recipe(path)


def test_one_limit_is_taken_and_the_paper_s_is_the_default() -> None:
    assert Queries(tail_share=0.06).max_pairs is None
    assert Queries() == Queries(max_pairs=None)
