import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters import language_ngrams
from filters.language_ngrams import MAX_BYTES, ngram_model, probabilities
from schemas.errors import UserError

TEXTS = ["a red boat in the harbour", "ein rotes boot im hafen", "שלום עולם", "καλημέρα"]


def named(texts: list[str]) -> list[str]:
    model = ngram_model()
    return [model.labels[column] for column in model.log_odds(texts).argmax(axis=1)]


def test_languages_are_told_apart() -> None:
    assert named(TEXTS) == ["en", "de", "he", "el"]


def one_by_one(text: str) -> np.ndarray:
    """The definition: walk the automaton byte by byte and add up what is found."""
    model = ngram_model()
    state, scores = 0, model.priors.astype(np.float64)
    data = text.encode("utf-8", "ignore")[:MAX_BYTES]
    for byte in data:
        state = int(model.moves[model.rows[state] + byte])
        if model.found[state] >= 0:
            scores += np.log(2) * model.weights[model.found[state]]
    scores = scores / np.sqrt(max(len(data), 1))
    for first, other in model.twins:
        scores[first] = max(scores[first], scores[other])
        scores[other] = -1e9
    return scores


@given(st.lists(st.text(max_size=300), min_size=1, max_size=6))
def test_a_batch_says_what_its_texts_say_one_by_one(texts: list[str]) -> None:
    together = ngram_model().log_odds(texts)
    alone = np.array([one_by_one(text) for text in texts])
    np.testing.assert_allclose(together, alone, rtol=1e-3, atol=1e-3)


def test_a_language_of_two_scripts_is_one() -> None:
    assert named(["Главни град Србије, Београд"]) == ["sr"]
    assert ngram_model().labels.count("sr") == 2
    assert any(ngram_model().labels[first] == "sr" for first, _ in ngram_model().twins)


def test_probabilities_add_up_to_one() -> None:
    rows = probabilities(np.array([[0.0, 1.0, -1e9], [50.0, 900.0, 1.0]], np.float32))
    np.testing.assert_allclose(rows.sum(axis=1), 1, rtol=1e-6)


def test_without_the_wheel_the_user_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language_ngrams, "find_spec", lambda name: None)
    monkeypatch.delitem(sys.modules, "py3langid", raising=False)
    with pytest.raises(UserError, match="language_second_opinion = false"):
        language_ngrams.ngram_model.__wrapped__()
