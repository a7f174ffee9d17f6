from pathlib import Path

import pytest

from pipeline.shards.claim import claim_output, fingerprint
from schemas.errors import UserError


def test_the_same_run_may_come_again(tmp_path: Path) -> None:
    claim_output(str(tmp_path), {"recipe": {"name": "x"}})
    claim_output(str(tmp_path), {"recipe": {"name": "x"}})


def test_another_recipe_is_refused_and_the_difference_named(tmp_path: Path) -> None:
    claim_output(str(tmp_path), {"recipe": {"select": {"min_chars": 5}}})
    with pytest.raises(UserError, match=r"recipe\.select\.min_chars was 5, now 6"):
        claim_output(str(tmp_path), {"recipe": {"select": {"min_chars": 6}}})


def test_the_fingerprint_does_not_depend_on_the_order_of_keys() -> None:
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": 2})
