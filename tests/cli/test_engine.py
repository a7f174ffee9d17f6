from collections.abc import Callable
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from cli.engine import WARNING, choose_engine
from pipeline.download import img2dataset_engine
from pipeline.recipe.download import Download
from pipeline.recipe.recipe import Recipe
from schemas.errors import UserError
from tests.cli.conftest import Chain, run

THEIRS = Recipe(download=Download(engine="img2dataset"))


@pytest.fixture
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(img2dataset_engine, "version", lambda name: "1.47.0")


def test_the_option_stands_over_the_recipe_and_ours_is_the_default() -> None:
    assert choose_engine(Recipe(), None, quiet=False).download.engine == "ours"
    assert choose_engine(THEIRS, "ours", quiet=False).download.engine == "ours"


@pytest.mark.usefixtures("_installed")
@pytest.mark.parametrize(("recipe", "engine"), [(Recipe(), "img2dataset"), (THEIRS, None)])
def test_img2dataset_comes_with_a_warning_of_what_it_does_not_keep(
    recipe: Recipe, engine: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert choose_engine(recipe, engine, quiet=False).download.engine == "img2dataset"
    assert capsys.readouterr().err == f"{WARNING}\n"
    choose_engine(recipe, engine, quiet=True)
    assert capsys.readouterr().err == ""


def test_an_engine_that_there_is_not_is_named(
    chain: Chain, complaint: Callable[..., str], tmp_path: Path
) -> None:
    said = complaint("download", chain.selected, "--engine", "wget", "--out", tmp_path / "pool")
    assert "--engine wget: choose one of ours, img2dataset" in said


def test_a_missing_extra_shows_before_any_work(
    chain: Chain,
    complaint: Callable[..., str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(img2dataset_engine, "version", missing)
    recipe = tmp_path / "r.toml"
    recipe.write_text('[download]\nengine = "img2dataset"\n')
    out = tmp_path / "pool"
    said = complaint("download", chain.selected, "--recipe", recipe, "--out", out)
    assert "webimagetext[img2dataset]" in said
    assert not out.exists()
    with pytest.raises(UserError):
        choose_engine(THEIRS, None, quiet=True)


@pytest.mark.usefixtures("_installed")
def test_images_in_archives_need_no_img2dataset_to_run(chain: Chain, tmp_path: Path) -> None:
    flags = ("--engine", "img2dataset", "--quiet")
    assert run("download", chain.selected, "--out", tmp_path / "pool", *flags) == 0
    tars = [folder / "00000.tar" for folder in (tmp_path / "pool", chain.pool)]
    assert tars[0].read_bytes() == tars[1].read_bytes()
