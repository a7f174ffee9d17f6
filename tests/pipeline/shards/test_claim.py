from pathlib import Path

import pytest

from pipeline.shards.claim import claim_output
from schemas.errors import UserError


def test_the_same_run_may_come_again(tmp_path: Path) -> None:
    claim_output(str(tmp_path), {"recipe": {"name": "x"}})
    claim_output(str(tmp_path), {"recipe": {"name": "x"}})
    assert (tmp_path / "_work/run.json").is_file()


def test_another_recipe_is_refused_and_the_difference_named(tmp_path: Path) -> None:
    claim_output(str(tmp_path), {"recipe": {"select": {"min_chars": 5}}})
    with pytest.raises(UserError, match=r"recipe\.select\.min_chars was 5, now 6"):
        claim_output(str(tmp_path), {"recipe": {"select": {"min_chars": 6}}})
