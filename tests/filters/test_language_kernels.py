from pathlib import Path

import fasttext
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.fasttext_file import read_arrays
from filters.fasttext_model import bundled_model, predict
from filters.language_kernels import choose, fasttext_chances, weigh
from tests.filters.models import ENGLISH, GERMAN

LANGUAGES = st.text(st.characters(codec="utf-8", exclude_characters="_"), max_size=80)


def chances(path: str, texts: list[str]) -> np.ndarray:
    encoded = [text.encode() for text in texts]
    begins = np.cumsum([0, *map(len, encoded)])
    return fasttext_chances(read_arrays(path), np.frombuffer(b"".join(encoded), np.uint8), begins)


@given(st.lists(LANGUAGES, min_size=1, max_size=8))
def test_any_text_has_the_librarys_label_and_probability(texts: list[str]) -> None:
    labels, scores = predict(bundled_model(), texts)
    rows = chances(bundled_model(), texts)
    ours = [read_arrays(bundled_model()).labels.index(label) for label in labels]
    found = rows[np.arange(len(texts)), ours]
    np.testing.assert_allclose(found, scores, atol=2e-4)
    np.testing.assert_allclose(rows.max(axis=1), scores, atol=2e-4)
    np.testing.assert_allclose(rows.sum(axis=1), 1, atol=5e-3)


def test_a_model_that_is_not_compressed_is_read_too(tmp_path: Path) -> None:
    lines = [f"__label__{name} {text}" for name, text in (("en", ENGLISH), ("de", GERMAN))]
    (tmp_path / "lines.txt").write_text("\n".join(lines * 20), encoding="utf-8")
    model = fasttext.train_supervised(
        str(tmp_path / "lines.txt"), dim=16, loss="hs", minn=2, maxn=4, bucket=5000,
        thread=10, verbose=0,
    )  # fmt: skip
    path = str(tmp_path / "lid.bin")
    model.save_model(path)
    texts = ["a red boat in the park", "ein rotes boot", "zzz"]
    labels, scores = predict(path, texts)
    rows = chances(path, texts)
    assert [read_arrays(path).labels[i] for i in rows.argmax(axis=1)] == labels
    np.testing.assert_allclose(rows.max(axis=1), scores, atol=2e-4)


def told(chance: list[float], sums: list[int]) -> tuple[np.ndarray, int]:
    """Two languages that both know, one of fastText's alone, one of the n-grams' in two columns."""
    out, theirs = np.empty((1, 4), np.float32), np.empty(1, np.int32)
    weigh(
        np.array([chance], np.float32), np.array([sums], np.int32), np.zeros(4, np.float32),
        np.ones(1, np.float32), np.array([0, 1, 2], np.int32), np.array([0, 1, 3, 3], np.int32),
        np.array([0.5, 0.5, 1, 0], np.float32), np.array([1, 1, 0, 2], np.float32),
        np.array([-9, -6], np.float32), out, theirs,
    )  # fmt: skip
    return out[0], int(theirs[0])


def test_logarithms_are_weighed_and_added() -> None:
    row, theirs = told([0.7, 0.2, 0.1], [2, 1, 0, -50])
    normal = np.log(np.exp([2.0, 1.0, 0.0]).sum())
    expected = [
        0.5 * np.log(0.7) + 2 - normal, 0.5 * np.log(0.2) + 1 - normal, np.log(0.1), -2 * normal
    ]  # fmt: skip
    np.testing.assert_allclose(row, expected, atol=0.01)
    assert theirs == 0


def test_nothing_is_less_likely_than_the_floor() -> None:
    row, theirs = told([0, 0, 1], [50, 0, 0, 0])
    np.testing.assert_allclose(row, [-4.5, -4.5 - 6, 0, -12], atol=0.01)
    assert theirs == 2


def choice(row: list[float], kept: int, margin: float, page: int) -> tuple[int, float]:
    languages, scores = np.empty(1, np.int32), np.empty(1, np.float32)
    choose(
        np.array([row], np.float32), np.array([kept], np.int32),
        np.full(len(row), margin, np.float32), np.array([page], np.int32), np.float32(1.0),
        languages, scores,
    )  # fmt: skip
    return int(languages[0]), float(scores[0])


@pytest.mark.parametrize(
    ("margin", "page", "named"),
    [
        (0.0, -1, 1),
        (0.9, -1, 1),
        (1.1, -1, 0),  # the lead is 1
        (1.1, 1, 1),  # its page confirms it
        (0.9, 0, 0),  # its page confirms fastText
        (float("inf"), 2, 0),
    ],
)
def test_fasttext_is_overruled_by_a_margin_or_a_page(margin: float, page: int, named: int) -> None:
    assert choice([0, 1, -3], 0, margin, page)[0] == named


@given(st.lists(st.floats(-30, 0), min_size=2, max_size=6))
def test_the_score_is_the_probability(row: list[float]) -> None:
    best = int(np.float32(row).argmax())
    normal = np.exp(row).sum()
    assert choice(row, best, 0, -1)[1] == pytest.approx(np.exp(row[best]) / normal, abs=0.01)
