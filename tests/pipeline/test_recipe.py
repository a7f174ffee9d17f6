from pathlib import Path

import pytest
from pydantic import ValidationError

from pipeline.recipe import Recipe, Score, load_recipe
from pipeline.web.opt_out import OBEYABLE
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


def test_signals_to_obey_are_read_in_any_case_and_all_are_known(tmp_path: Path) -> None:
    text = "[web]\nobey = ['NoAI', 'train-ai=n', 'ai.txt:disallow', 'nofollow']\n"
    obey = load_recipe(write(tmp_path, text)).web.obey
    assert obey == ("noai", "train-ai=n", "ai.txt:disallow", "nofollow")
    assert set(Recipe().web.obey) <= OBEYABLE


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
    shipped = sorted((Path(__file__).parents[2] / "recipes").glob("*.toml"))
    assert shipped
    assert all(load_recipe(path).name for path in shipped)


def test_a_build_looks_only_where_select_keeps_texts() -> None:
    recipe = Recipe.model_validate(
        {"crawl": {"text_sources": ["context", "alt"]}, "select": {"text_sources": ["og", "alt"]}}
    )
    assert recipe.wanted_crawl.text_sources == ("alt",)
    assert "context" not in Recipe().wanted_crawl.text_sources


def test_places_that_never_meet_are_a_mistake(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text('[crawl]\ntext_sources = ["context"]\n')
    with pytest.raises(UserError, match="no place in common"):
        load_recipe(path)


def test_limits_on_scores_say_one_thing_each() -> None:
    for keep in ({}, {"min": 0.1, "top": 0.3}, {"min": 0.5, "max": 0.1}, {"top": 0}):
        with pytest.raises(ValidationError):
            Score.model_validate({"keep": {"clip_score": keep}})
    with pytest.raises(ValidationError, match="give model, too"):
        Score.model_validate({"heads": {"nsfw": {"path": "h.pt"}}})
    assert not Score().is_asked
    assert Score.model_validate({"keep": {"faces": {"max": 1}}}).is_asked


def test_the_score_section_becomes_options() -> None:
    heads = {"nsfw": {"path": "n.pt", "output": "sigmoid"}, "aesthetic": {"path": "a.pt"}}
    score = Score.model_validate({"model": "ViT-B-32", "weights": "openai", "heads": heads})
    assert score.options.columns == ("clip_score", "aesthetic_score", "nsfw_score")
    assert dict(score.options.heads)["nsfw_score"].output == "sigmoid"


def test_two_ways_to_limit_pairs_a_query_are_a_mistake(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text("[queries]\nmax_pairs = 5\ntail_share = 0.06\n")
    with pytest.raises(UserError, match=r"r\.toml:1: queries: .*max_pairs and tail_share"):
        load_recipe(path)
