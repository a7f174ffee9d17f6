from pathlib import Path

from filters.privacy.personal_data import Action
from pipeline.recipe.safety import Privacy, Safety
from pipeline.recipe.select import Select
from pipeline.shards.card import make_card
from tests.datasets import make_dataset

REPORT = {
    "benchmarks": {
        "digits": {"images": 10, "overlap": 1, "overlap_rate": 0.1, "ci95": [0.002, 0.445]}
    }
}


def test_the_card_tells_the_funnel_and_the_overlap_of_this_run(tmp_path: Path) -> None:
    card = make_card(make_dataset(tmp_path), REPORT)
    assert "| select | 7 | 6 | language 1 | - |" in card
    assert "| digits | 10 | 1 | 10.00% | 0.20% to 44.50% |" in card
    assert "6 image-text pairs from the web in 2 shards" in card


def test_the_card_says_what_was_done_about_personal_data_and_safety(tmp_path: Path) -> None:
    manifest = make_dataset(tmp_path)
    assert "Filters of captions and URLs: none." in make_card(manifest, {})
    privacy = Privacy(email=Action.REPLACE, phone=Action.REJECT, presidio=("PERSON",))
    select = Select(privacy=privacy, safety=Safety(flagged_words="default", adult_urls=True))
    recipe = {**manifest["recipe"], "select": select.model_dump(mode="json")}
    card = make_card({**manifest, "recipe": recipe}, {})
    assert "email (replace), phone (reject), PERSON (replace), flagged_words, adult_urls." in card


def test_a_dataset_that_measured_nothing_says_so(tmp_path: Path) -> None:
    assert "No benchmark was measured." in make_card(make_dataset(tmp_path), {})


def test_the_card_begins_with_hugging_faces_yaml(tmp_path: Path) -> None:
    header = make_card(make_dataset(tmp_path), {}).split("---")[1]
    assert "path: shards/*.tar" in header
    assert "n<1K" in header
