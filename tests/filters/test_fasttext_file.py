from pathlib import Path

import numpy as np
import pytest

from filters.fasttext_file import fnv1a, read_arrays
from filters.fasttext_model import bundled_model
from schemas.errors import UserError
from tests.filters.models import ENGLISH, GERMAN, train


def test_the_bundled_model_is_read_whole() -> None:
    model = read_arrays(bundled_model())
    assert len(model.labels) == 176
    assert model.labels[:3] == ("en", "ru", "de")  # by falling count
    assert model.inputs.shape == (50_000, 16)
    assert (model.min_chars, model.max_chars) == (2, 4)
    assert bytes(model.words[model.starts[model.end] : model.starts[model.end + 1]]) == b"</s>"
    assert np.isfinite(model.inputs).all()


def test_the_tree_reaches_each_label_once() -> None:
    model = read_arrays(bundled_model())
    assert sorted(model.children.ravel().tolist()) == list(range(2 * 176 - 2))


def test_a_word_is_found_by_its_hash() -> None:
    model = read_arrays(bundled_model())
    number = 100
    word = bytes(model.words[model.starts[number] : model.starts[number + 1]])
    slot = fnv1a(word) & (len(model.slots) - 1)
    while model.slots[slot] != number:
        assert model.slots[slot] >= 0
        slot = (slot + 1) & (len(model.slots) - 1)


def test_the_hash_is_that_of_signed_bytes() -> None:
    assert fnv1a(b"") == 2166136261
    assert fnv1a(b"a") == 0xE40C292C  # published with FNV-1a
    assert fnv1a("é".encode()) != fnv1a(b"e")


def test_a_file_of_something_else_is_the_users_mistake(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(b"not a model at all")
    with pytest.raises(UserError, match="no fastText model is there"):
        read_arrays(str(path))


def test_a_model_of_another_kind_is_told_from_lid_176(tmp_path: Path) -> None:
    path = train(tmp_path / "softmax.bin", {"eng_Latn": ENGLISH, "deu_Latn": GERMAN})
    with pytest.raises(UserError, match="leave language_second_opinion out"):
        read_arrays(str(path))
