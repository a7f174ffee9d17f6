import re
from pathlib import Path

import pytest

from filters.privacy.personal_data import KINDS, Action
from pipeline.recipe.load import load_recipe
from pipeline.recipe.recipe import Recipe
from pipeline.recipe.safety import Privacy, Safety
from pipeline.recipe.select import Select
from schemas.errors import UserError


def complaint(tmp_path: Path, text: str) -> str:
    path = tmp_path / "recipe.toml"
    path.write_text(text)
    with pytest.raises(UserError) as caught:
        load_recipe(path)
    return str(caught.value)


def test_nothing_is_looked_for_unasked() -> None:
    assert set(Privacy().actions.values()) == {Action.KEEP}
    assert set(Privacy().actions) == set(KINDS)
    safety = Safety()
    assert not any((safety.flagged_words, safety.toxicity_model, safety.adult_urls))
    assert safety.url_blocklists == ()


def test_the_sections_stand_below_select(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(
        "[select]\nlanguages = ['eng', 'nb']\nlanguage_scores = {deu = 0.6}\n"
        "language_shares = {en = 0.5, '*' = 0.5}\n"
        "[select.privacy]\nemail = 'replace'\nphone = 'reject'\n"
        "[select.safety]\nflagged_words = 'default'\nadult_urls = true\n"
    )
    select = load_recipe(path).select
    assert select.languages == ("en", "no")
    assert select.language_scores == {"de": 0.6}
    assert select.language_shares == {"en": 0.5, "*": 0.5}
    assert (select.privacy.email, select.privacy.phone) == (Action.REPLACE, Action.REJECT)
    assert select.safety.adult_urls


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[select]\nlanguages = ['english']\n", "recipe.toml:2: select.languages.0"),
        ("[select]\nlanguage_shares = {en = 0.5}\n", "shares must add up to 1, these to 0.5"),
        ("[select]\nlanguage_shares = {en = 1.5}\n", "select.language_shares.en"),
        ("[select]\nlanguage_scores = {en = 2}\n", "select.language_scores.en"),
        (
            "[select.privacy]\n\nemial = 'keep'\n",
            "recipe.toml:3: select.privacy.emial: unknown key",
        ),
        ("[select.privacy]\nemail = 'hide'\n", "recipe.toml:2: select.privacy.email"),
        ("[select.safety]\nmax_toxicity = 2\n", "recipe.toml:2: select.safety.max_toxicity"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    assert words in complaint(tmp_path, text)


@pytest.mark.parametrize("page", ["language", "privacy", "safety"])
def test_the_recipes_of_the_docs_are_valid(page: str, tmp_path: Path) -> None:
    text = (Path(__file__).parents[3] / f"docs/{page}.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert blocks
    for block in blocks:
        path = tmp_path / "recipe.toml"
        path.write_text(block)
        assert load_recipe(path) != Recipe()


def test_a_recipe_survives_its_json() -> None:
    select = Select(privacy=Privacy(email=Action.REPLACE), language_shares={"en": 1.0})
    assert Select.model_validate(select.model_dump(mode="json")) == select
