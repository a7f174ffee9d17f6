from collections.abc import Callable
from pathlib import Path

import pytest

from cli.select_paths import locate_select
from cli.settings import make_recipe
from pipeline.recipe.safety import Safety
from pipeline.recipe.select import Select
from schemas.errors import UserError
from tests.cli.conftest import Chain


def test_paths_are_relative_to_the_recipe(tmp_path: Path) -> None:
    (tmp_path / "lid.bin").touch()
    (tmp_path / "words.txt").write_text("bad")
    (tmp_path / "list.txt").write_text("bad.com")
    recipe = tmp_path / "r.toml"
    recipe.write_text(
        "[select]\nlanguage_model = 'lid.bin'\n[select.safety]\nflagged_words = 'words.txt'\n"
        "toxicity_model = 'lid.bin'\nurl_blocklists = ['list.txt']\n"
    )
    select = make_recipe(recipe).select
    assert select.language_model == str(tmp_path / "lid.bin")
    assert select.safety.flagged_words == str(tmp_path / "words.txt")
    assert select.safety.toxicity_model == str(tmp_path / "lid.bin")
    assert select.safety.url_blocklists == (str(tmp_path / "list.txt"),)


def test_the_default_list_and_no_file_at_all_stay() -> None:
    select = Select(safety=Safety(flagged_words="default"))
    assert locate_select(select, "/recipes") == select
    assert locate_select(Select(), "/recipes") == Select()


@pytest.mark.parametrize(
    ("select", "words"),
    [
        (Select(language_model="none.bin"), "select.language_model: .*none.bin: no such file"),
        (Select(safety=Safety(toxicity_model="none.bin")), "select.safety.toxicity_model"),
        (Select(safety=Safety(flagged_words="none.txt")), "none.txt: the list of flagged words"),
        (Select(safety=Safety(url_blocklists=("none",))), "none: no such file or folder"),
    ],
)
def test_a_missing_file_is_said_before_the_work(tmp_path: Path, select: Select, words: str) -> None:
    with pytest.raises(UserError, match=words):
        locate_select(select, str(tmp_path))


def test_the_command_says_it_in_one_line(
    chain: Chain, tmp_path: Path, complaint: Callable[..., str]
) -> None:
    recipe = tmp_path / "r.toml"
    recipe.write_text("[select]\nlanguage_model = 'none.bin'\n")
    said = complaint("select", chain.crawled, "--recipe", recipe, "--out", tmp_path / "o")
    assert "none.bin: no such file" in said
