from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.shards.manifest import read_manifest
from tests.cli.conftest import Chain, run


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "recipe.toml"
    path.write_text('name = "r"\n')
    return path


def test_inputs_and_benchmarks_of_a_recipe_are_relative_to_it(
    chain: Chain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    recipe = chain.folder / "recipe.toml"
    recipe.write_text(
        '[crawl]\ninputs = ["pages.warc.gz"]\n[contamination.benchmarks]\nb = "benchmark"\n'
    )
    assert run("build", recipe, "--out", "dataset", "--quiet") == 0
    manifest = read_manifest(str(tmp_path / "dataset"))
    assert manifest["shards"][0]["samples"] == 8
    assert manifest["recipe"]["contamination"]["benchmarks"] == {"b": str(chain.benchmark)}


def test_a_build_tells_what_happened_and_a_second_one_that_it_is_done(
    chain: Chain, recipe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("build", recipe, "--input", chain.archive, "--out", tmp_path / "dataset")
    assert run(*arguments) == 0
    first = capsys.readouterr()
    assert "image_too_small 1" in first.out
    assert "8 pairs in 1 shards" in first.out
    assert run(*arguments) == 0
    assert "already built" in capsys.readouterr().err


def test_a_build_without_input_says_where_to_name_one(
    recipe: Path, tmp_path: Path, complaint: Callable[..., str]
) -> None:
    assert "--input" in complaint("build", recipe, "--out", tmp_path / "dataset")


def test_a_missing_benchmark_shows_before_the_run(
    chain: Chain, recipe: Path, tmp_path: Path, complaint: Callable[..., str]
) -> None:
    flags = ("--input", chain.archive, "--benchmark", f"b={tmp_path / 'none'}")
    assert "none" in complaint("build", recipe, *flags, "--out", tmp_path / "dataset")
    assert not (tmp_path / "dataset").exists()
