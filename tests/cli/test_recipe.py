from pathlib import Path

import pytest

from tests.cli.conftest import run


def test_a_right_recipe_is_said_to_be_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "r.toml").write_text('name = "mine"\n')
    assert run("recipe", "check", tmp_path / "r.toml") == 0
    assert "a valid recipe, 'mine'" in capsys.readouterr().out.replace("\n", " ")


def test_every_wrong_key_is_named_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "r.toml"
    path.write_text("[select]\nmin_char = 3\nmin_words = 'two'\n")
    assert run("recipe", "check", path) == 2
    said = capsys.readouterr().err
    assert f"{path}:2: select.min_char: unknown key" in said
    assert f"{path}:3: select.min_words" in said
