import json

import pytest
import typer
from typer.testing import CliRunner

from cli.evaluate import evaluate
from schemas.errors import UserError
from tests.training.conftest import COLOURS, draw, encode, make_sample, write_dataset
from training.loop import train
from training.options import TrainOptions


@pytest.fixture
def app():
    program = typer.Typer()
    program.command()(evaluate)
    return program


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("evaluate")
    data = write_dataset(folder / "dataset", [make_sample(number) for number in range(8)])
    options = TrainOptions(data=data, run=str(folder / "run"), steps=1, batch_size=8, device="cpu")
    train(options, lambda _: None)
    return options.run


@pytest.fixture
def colours(tmp_path):
    for number in range(12):
        folder = tmp_path / "set" / COLOURS[number % 6]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}.jpg").write_bytes(encode(draw(number)[0]))
    return str(tmp_path / "set")


def test_a_run_is_evaluated_into_its_own_folder(app, run, colours):
    result = CliRunner().invoke(app, [run, "--data", colours])
    assert result.exit_code == 0
    assert "top-1" in result.output
    assert "top-5" in result.output
    with open(f"{run}/evaluation.json") as stream:
        assert json.load(stream)["images"] == 12
    with open(f"{run}/summary.json") as stream:
        assert json.load(stream)["command"] == "train"


def test_another_folder_gets_a_summary_of_its_own(app, run, colours, tmp_path):
    out = tmp_path / "out"
    result = CliRunner().invoke(app, [run, "--data", colours, "--out", str(out), "--quiet"])
    assert (result.exit_code, result.output) == (0, "")
    assert json.loads((out / "summary.json").read_text())["command"] == "evaluate"
    assert (out / "evaluation.json").exists()


def test_what_is_no_run_is_the_users_to_mend(app, colours, tmp_path):
    result = CliRunner().invoke(app, [str(tmp_path), "--data", colours])
    assert isinstance(result.exception, UserError)
