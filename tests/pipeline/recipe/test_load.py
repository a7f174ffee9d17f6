from pathlib import Path

import pytest

from pipeline.recipe.load import load_recipe
from pipeline.recipe.recipe import Recipe
from schemas.errors import UserError


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "recipe.toml"
    path.write_text(text)
    return path


def test_an_empty_recipe_is_the_defaults(tmp_path: Path) -> None:
    assert load_recipe(write(tmp_path, "")) == Recipe()


def test_values_are_read_by_section(tmp_path: Path) -> None:
    recipe = load_recipe(write(tmp_path, 'name = "x"\n[select]\nlanguages = ["en", "de"]\n'))
    assert recipe.name == "x"
    assert recipe.select.languages == ("en", "de")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[select]\nmin_chars = 3\nmin_char = 4\n", 3, "select.min_char: unknown key"),
        ("naem = 'x'\n", 1, "naem: unknown key"),
        ("\n\n[selct]\nmin_chars = 3\n", 3, "selct: unknown key"),
        ("[download]\nimage_size = 'big'\n", 2, "download.image_size"),
        ("[download]\n# a comment\nresize_mode = 'zoom'\n", 3, "download.resize_mode"),
        (
            "[web]\nobey = ['noai', 'noia']\n",
            2,
            "web.obey.1: Value error, no opt-out signal; there",
        ),
        (
            "[web]\nnameservers = ['dns.example']\n",
            2,
            "web.nameservers.0: Value error, 'dns.example'",
        ),
        ("[contamination]\nmax_distance = 99\n", 2, "contamination.max_distance"),
        ("[contamination.benchmarks]\ncifar = 10\n", 2, "contamination.benchmarks.cifar"),
    ],
)
def test_a_wrong_key_is_named_with_its_line(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(UserError) as caught:
        load_recipe(path)
    assert f"{path}:{line}: {words}" in str(caught.value)


def test_an_unknown_key_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="min_chars"):
        load_recipe(write(tmp_path, "[select]\nmin_char = 4\n"))


def test_every_problem_has_its_own_line(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        load_recipe(write(tmp_path, "a = 1\nb = 2\n"))
    assert len(str(caught.value).splitlines()) == 2


@pytest.mark.parametrize("content", [b"[select\n", b"name = \n", b"\xff\xfe"])
def test_what_is_no_toml_is_the_users_mistake(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "recipe.toml"
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"recipe\.toml"):
        load_recipe(path)


def test_a_missing_recipe_or_a_folder_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such recipe"):
        load_recipe(tmp_path / "none.toml")
    with pytest.raises(UserError, match="a folder"):
        load_recipe(tmp_path)


def test_every_recipe_that_we_ship_is_valid() -> None:
    shipped = sorted((Path(__file__).parents[3] / "recipes").glob("*.toml"))
    assert shipped
    assert all(load_recipe(path).name for path in shipped)
