import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.threshold import (
    LOW,
    count_bits,
    decode_score,
    encode_scores,
    find_bin,
    find_threshold,
    rank_of,
    split_code,
)

SCORES = st.floats(-(2.0**99), 2.0**99, width=32, allow_subnormal=False)


def threshold_of(scores: list[float], rank: int):
    codes = encode_scores(np.array(scores, np.float32))
    found = find_bin(count_bits(codes // LOW), rank)
    lows = codes[codes // LOW == found.high] % LOW
    return find_threshold(found, count_bits(lows), asked=rank)


@given(st.lists(SCORES, min_size=1, max_size=60), st.data())
def test_the_threshold_keeps_the_best_and_their_equals_and_no_other(
    scores: list[float], data: st.DataObject
) -> None:
    rank = data.draw(st.integers(1, len(scores)))
    threshold = threshold_of(scores, rank)
    worst_kept = sorted(scores, reverse=True)[rank - 1]
    kept = [score for score in scores if score >= threshold.value]
    assert sorted(kept) == sorted(score for score in scores if score >= worst_kept)
    assert threshold.kept == len(kept) >= rank


@given(st.lists(SCORES, min_size=2))
def test_codes_are_in_the_order_of_the_scores(scores: list[float]) -> None:
    array = np.array(scores, np.float32)
    codes = encode_scores(array)
    assert [decode_score(code) for code in codes.tolist()] == array.tolist()
    by_code = [array[n] for n in np.argsort(codes, kind="stable")]
    assert by_code == sorted(by_code)
    assert all(sum(part) == code for code, part in _parts(codes))


def _parts(codes):
    return [
        (code, (high * LOW, low)) for code in codes.tolist() for high, low in [split_code(code)]
    ]


def test_the_number_has_no_more_digits_than_it_needs() -> None:
    scores = np.random.default_rng(1).normal(0.25, 0.05, 1000).tolist()
    value = threshold_of(scores, 300).value
    assert len(f"{value!r}") <= 7
    assert sum(np.float32(score) >= value for score in scores) == 300


@pytest.mark.parametrize(
    ("share", "count", "rank"), [(0.3, 10, 3), (0.3, 1, 1), (0.0, 9, 1), (1.0, 9, 9), (0.25, 10, 2)]
)
def test_a_share_is_a_rank(share: float, count: int, rank: int) -> None:
    assert rank_of(share, count) == rank


def test_a_rank_that_no_score_has_is_refused() -> None:
    with pytest.raises(ValueError, match="rank must be 1 to 2"):
        threshold_of([0.1, 0.2], 3)
    with pytest.raises(ValueError, match="the two passes saw other scores"):
        find_threshold(find_bin({7: 2}, 2), {1: 1}, asked=2)
