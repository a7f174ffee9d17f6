import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.main import main
from schemas.errors import UserError
from tests.cli.conftest import run

COMMANDS = "demo build crawl select download dedupe contamination shards verify train evaluate"


@pytest.mark.parametrize("arguments", [[], ["--help"]])
def test_the_help_names_every_command(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 0
    said = capsys.readouterr().out
    assert all(command in said for command in COMMANDS.split())


@pytest.mark.parametrize("command", COMMANDS.split())
def test_the_help_of_every_command_has_an_example(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "--help"]) == 0
    assert f"Example: webimagetext {command}" in " ".join(capsys.readouterr().out.split())


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom cli.main import main\nmain(['--help'])\n"
        "heavy = {'apache_beam', 'torch', 'img2dataset', 'datasets', 'pyarrow', 'cv2'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    finished = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert finished.stderr.strip() == "[]"


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("webimagetext 0.")


def test_mistakes_of_the_user_are_one_line_and_exit_2(
    tmp_path: Path, complaint: Callable[..., str]
) -> None:
    assert "--ouput" in complaint("build", "r.toml", "--ouput", tmp_path)
    assert "--colour" in complaint("verify", tmp_path, "--colour")
    assert "Missing option '--out'" in complaint("build", "r.toml")
    assert "no-such-command" in complaint("no-such-command")


def test_debug_shows_where_it_happened(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        run("--debug", "verify", tmp_path)


def test_an_interrupted_run_is_130_and_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def interrupt(*arguments: object, **more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.shards.verify.verify_dataset", interrupt)
    assert run("verify", tmp_path) == 130
    assert "the same command goes on" in capsys.readouterr().err
