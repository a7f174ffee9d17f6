import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.minhash import band_keys, grams, rows_per_band, similarity

CAPTION = "a red fishing boat in the old harbour of the town at night"


def share_a_band(one: str, other: str, threshold: float, permutations: int = 128) -> bool:
    rows = rows_per_band(permutations, threshold)
    first, second = (set(band_keys(grams(text), permutations, rows)) for text in (one, other))
    return bool(first & second)


@pytest.mark.parametrize(
    ("text", "runs"),
    [("", set()), ("ab", {b"ab"}), ("abcdef", {b"abcde", b"bcdef"}), ("é", {b"\xc3\xa9"})],
)
def test_a_text_is_its_runs_of_five_bytes(text: str, runs: set[bytes]) -> None:
    assert grams(text) == runs


def test_similarity_is_the_jaccard_index() -> None:
    assert similarity(frozenset({b"a", b"b"}), frozenset({b"b", b"c"})) == pytest.approx(1 / 3)
    assert similarity(frozenset(), frozenset()) == 0


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.7, 0.8, 0.9])
@pytest.mark.parametrize("permutations", [64, 128, 256])
def test_rows_are_the_most_that_find_95_of_100(permutations: int, threshold: float) -> None:
    def found(rows: int) -> float:
        return 1 - (1 - threshold**rows) ** (permutations // rows)

    rows = rows_per_band(permutations, threshold)
    assert found(rows) >= 0.95
    assert all(found(more) < 0.95 for more in range(rows + 1, permutations + 1))


def test_equal_texts_alone_are_one_band() -> None:
    assert rows_per_band(128, 1.0) == 128


def test_the_wanted_share_of_similar_pairs_is_found_and_few_others() -> None:
    rng = random.Random(1)
    near, far = [], []
    for _ in range(300):
        words = [rng.choice(CAPTION.split()) + str(rng.randrange(90)) for _ in range(12)]
        changed = [*words[:11], f"other{rng.randrange(90)}"]
        near.append((" ".join(words), " ".join(changed)))
        far.append((" ".join(words), " ".join(rng.sample(words, 12)[:6] + changed[:6])))
    similar = [pair for pair in near if similarity(*map(grams, pair)) >= 0.8]
    unlike = [pair for pair in far if similarity(*map(grams, pair)) < 0.5]
    assert len(similar) > 50
    assert len(unlike) > 50
    assert sum(share_a_band(*pair, 0.8) for pair in similar) >= 0.93 * len(similar)
    assert sum(share_a_band(*pair, 0.8) for pair in unlike) <= 0.2 * len(unlike)


def test_signatures_are_the_same_in_every_run() -> None:
    """Pinned: a rensa that hashed otherwise would change which captions a recipe keeps."""
    assert next(band_keys(grams(CAPTION), 128, 7)).hex() == "4d81cd4147e3eba6d5e3b00d"


def test_a_text_without_runs_has_no_band() -> None:
    assert list(band_keys(frozenset(), 128, 7)) == []


@given(st.text(st.characters(exclude_categories=()), min_size=1))
def test_every_text_meets_itself(text: str) -> None:
    assert share_a_band(text, text, 0.8)
    assert similarity(grams(text), grams(text)) == 1
