import json

import pytest
import typer
from typer.testing import CliRunner

from cli.train import train
from schemas.errors import UserError
from tests.training.conftest import make_sample, write_dataset
from training import extra


@pytest.fixture
def app():
    program = typer.Typer()
    program.command()(train)
    return program


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shapes") / "dataset"
    return write_dataset(folder, [make_sample(number) for number in range(12)])


def arguments(dataset, out, *more):
    flags = ["--data", dataset, "--out", str(out), "--steps", "3", "--batch-size", "4"]
    return [*flags, "--device", "cpu", *more]


def test_a_run_prints_plain_lines_a_table_and_the_files_to_open(app, dataset, tmp_path):
    result = CliRunner().invoke(app, arguments(dataset, tmp_path / "run"))
    assert result.exit_code == 0
    assert "train: step 3 of 3  loss " in result.output
    assert "loss, first -> last" in result.output
    for name in ("loss.png", "metrics.jsonl", "tensorboard"):
        assert str(tmp_path / "run" / name) in result.output
    assert json.loads((tmp_path / "run" / "summary.json").read_text())["steps"] == 3


def test_quiet_prints_nothing(app, dataset, tmp_path):
    result = CliRunner().invoke(app, arguments(dataset, tmp_path / "run", "--quiet"))
    assert (result.exit_code, result.output) == (0, "")


def test_a_wrong_flag_value_is_the_users_to_mend(app, dataset, tmp_path):
    result = CliRunner().invoke(app, arguments(dataset, tmp_path / "run", "--lr", "-1"))
    assert isinstance(result.exception, UserError)
    assert "--lr" in str(result.exception)


def test_without_the_extra_one_line_tells_what_to_install(app, dataset, tmp_path, monkeypatch):
    monkeypatch.setattr(extra, "MODULES", ("no_such_module_here",))
    result = CliRunner().invoke(app, arguments(dataset, tmp_path / "run"))
    assert isinstance(result.exception, UserError)
    assert "webimagetext[training]" in str(result.exception)


def test_help_shows_an_example(app):
    assert "Example: webimagetext train" in CliRunner().invoke(app, ["--help"]).output
