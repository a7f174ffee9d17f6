import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters import language_ngrams
from filters.language_kernels import ngram_sums
from filters.language_ngrams import WEIGHT_UNIT, ngram_model
from schemas.errors import UserError


def test_a_language_of_two_scripts_has_two_columns() -> None:
    assert ngram_model().labels.count("sr") == 2
    assert {"en", "de", "ja", "zu"} <= set(ngram_model().labels)


def one_by_one(text: str) -> np.ndarray:
    """The definition: walk the automaton byte by byte and add up what is found."""
    model = ngram_model()
    state, sums = 0, np.zeros(len(model.labels))
    for byte in text.encode("utf-8", "ignore"):
        state = int(model.moves[model.rows[state] + byte])
        if model.found[state] >= 0:
            sums += model.weights[model.found[state]]
    return sums


@given(st.lists(st.text(max_size=300), min_size=1, max_size=6))
def test_a_batch_says_what_its_texts_say_one_by_one(texts: list[str]) -> None:
    encoded = [text.encode("utf-8", "ignore") for text in texts]
    begins = np.cumsum([0, *map(len, encoded)])
    together = ngram_sums(ngram_model(), np.frombuffer(b"".join(encoded), np.uint8), begins)
    np.testing.assert_array_equal(together, [one_by_one(text) for text in texts])


def test_the_weights_fit_their_unit() -> None:
    model = ngram_model()
    assert np.abs(model.weights.astype(int)).max() < np.iinfo(np.int16).max
    assert -12 < model.weights.min() * WEIGHT_UNIT < -10
    assert 3 < model.priors.min() * WEIGHT_UNIT < model.priors.max() * WEIGHT_UNIT < 10


def test_without_the_wheel_the_user_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language_ngrams, "find_spec", lambda name: None)
    monkeypatch.delitem(sys.modules, "py3langid", raising=False)
    with pytest.raises(UserError, match="language_second_opinion = false"):
        language_ngrams.ngram_model.__wrapped__()
