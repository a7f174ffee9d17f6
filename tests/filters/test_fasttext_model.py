from pathlib import Path

import pytest

from filters.fasttext_model import bundled_model, predict, predict_label
from schemas.errors import UserError
from tests.filters.models import ENGLISH, GERMAN, train


def test_the_model_comes_with_a_wheel() -> None:
    assert Path(bundled_model()).is_file()


def test_labels_come_without_their_prefix_and_scores_stay_below_one() -> None:
    labels, scores = predict(bundled_model(), ["A photo of a red boat\nin the harbour", ""])
    assert labels[0] == "en"
    assert 0.5 < scores[0] <= 1
    assert len(labels) == len(scores) == 2


def test_a_label_has_the_rest_of_the_other(tmp_path: Path) -> None:
    model = str(train(tmp_path / "two.bin", {"en": ENGLISH, "de": GERMAN}))
    texts = ["a red boat", "ein rotes boot"]
    english = predict_label(model, texts, "en")
    german = predict_label(model, texts, "de")
    assert english[0] > 0.5 > english[1]
    assert [e + g for e, g in zip(english, german, strict=True)] == pytest.approx([1, 1], abs=1e-3)


def test_a_label_that_the_model_lacks_is_named_with_those_it_has(tmp_path: Path) -> None:
    model = str(train(tmp_path / "two.bin", {"en": ENGLISH, "de": GERMAN}))
    with pytest.raises(UserError, match="no label 'toxic'; there are de, en"):
        predict_label(model, ["x"], "toxic")


def test_a_missing_file_and_another_format_are_the_users_mistake(tmp_path: Path) -> None:
    other = tmp_path / "model.bin"
    other.write_bytes(b"no model")
    for path in (other, tmp_path / "none.bin"):
        with pytest.raises(UserError, match="no fastText model"):
            predict(str(path), ["x"])
