import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.hamming import distance, pairs_within

HASHES = st.lists(st.integers(0, 2**64 - 1), max_size=12)


def _found(queries, references, max_distance):
    arrays = pairs_within(
        np.array(queries, np.uint64), np.array(references, np.uint64), max_distance
    )
    return list(zip(*(array.tolist() for array in arrays), strict=True))


def _brute_force(queries, references, max_distance):
    return [
        (q, r, (one ^ other).bit_count())
        for q, one in enumerate(queries)
        for r, other in enumerate(references)
        if (one ^ other).bit_count() <= max_distance
    ]


@given(HASHES, HASHES, st.integers(0, 64))
def test_finds_what_plain_python_finds(queries, references, max_distance):
    assert _found(queries, references, max_distance) == _brute_force(
        queries, references, max_distance
    )


def test_pairs_are_sorted_whichever_side_is_larger():
    few, many = [3, 1, 3], [1, 0, 3, 7, 2**60]
    assert _found(many, few, 1) == _brute_force(many, few, 1)
    assert _found(few, many, 1) == _brute_force(few, many, 1)


def test_top_bit_counts_as_one_bit():
    assert distance(0, 1 << 63) == 1
    assert _found([0], [1 << 63], 0) == []
    assert _found([0], [1 << 63], 1) == [(0, 0, 1)]
