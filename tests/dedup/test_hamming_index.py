import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup import hamming_index
from dedup.bands import cut
from dedup.hamming_index import HammingIndex, group_equal


def near_hashes(seed: int, count: int, words: int) -> np.ndarray:
    """Some hashes, copies of them, and copies that differ in up to 20 bits."""
    rng = np.random.default_rng(seed)
    hashes = rng.integers(0, 2**64, (count, words), dtype=np.uint64)
    hashes[count // 3 :] = hashes[rng.integers(0, max(1, count // 3), count - count // 3)]
    for row in range(count // 2, count):
        for bit in rng.integers(0, 64 * words, rng.integers(0, 20)).tolist():
            hashes[row, bit // 64] ^= np.uint64(1 << (bit % 64))
    return hashes


def by_comparing_all(queries, references, max_distance):
    bits = np.bitwise_count(queries[:, None] ^ references).sum(axis=2)
    return [(q, r, bits[q, r]) for q, r in np.argwhere(bits <= max_distance)]


def as_tuples(arrays):
    return list(zip(*(array.tolist() for array in arrays), strict=True))


@given(
    st.integers(0, 2**31),
    st.integers(1, 40),
    st.integers(0, 22),
    st.sampled_from([1, 4]),
    st.sampled_from([0, 3, 4, 6, 8]),
)
def test_finds_what_comparing_all_finds_however_it_is_cut(seed, count, limit, words, per_word):
    hashes = near_hashes(seed, count, words)
    queries, references = hashes[::2], hashes[1::3]
    bands = cut(words, per_word, min(limit, 3 * words * per_word)) if per_word else None
    limit = min(limit, 3 * words * per_word) if per_word else limit
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hamming_index, "choose_bands", lambda *_: bands)
        patch.setattr(hamming_index, "_BLOCK_PROBES", 50)
        patch.setattr(hamming_index, "_BLOCK_CANDIDATES", 5)
        found = HammingIndex(references, limit).pairs(queries)
    assert as_tuples(found) == by_comparing_all(queries, references, limit)


@pytest.mark.parametrize(("words", "limit"), [(1, 4), (1, 8), (1, 12), (4, 31), (4, 76)])
def test_finds_what_comparing_all_finds_among_thousands(words, limit):
    hashes = near_hashes(3, 3000, words)
    found = HammingIndex(hashes, limit).pairs(hashes[:1000])
    assert as_tuples(found) == by_comparing_all(hashes[:1000], hashes, limit)


def test_a_hash_that_100_000_share_is_searched_once():
    shared = np.full(100_000, 7, np.uint64)
    index = HammingIndex(np.append(shared, np.uint64(2**40 - 1)), 8)
    assert len(index._groups.distinct) == 2
    query, reference, bits = index.pairs(np.array([6, 0xFFFF << 40], np.uint64))
    assert set(query.tolist()) == {0}
    assert reference.tolist() == list(range(100_000))
    assert set(bits.tolist()) == {1}
    # From both sides 10**10 pairs: none is made where the groups are too far apart.
    assert len(index.pairs(shared ^ np.uint64(2**60 - 2**20))[0]) == 0


@pytest.mark.parametrize(("queries", "references"), [(0, 3), (3, 0), (0, 0)])
@pytest.mark.parametrize("words", [1, 4])
def test_nothing_is_near_nothing(queries, references, words):
    hashes = np.zeros((3, words), np.uint64)
    found = HammingIndex(hashes[:references], 8).pairs(hashes[:queries])
    assert as_tuples(found) == []


def test_an_index_can_be_sent_to_a_worker():
    hashes = np.random.default_rng(0).integers(0, 2**64, 30_000, dtype=np.uint64)
    index = HammingIndex(hashes, 4)
    assert index._tables is not None
    sent = pickle.loads(pickle.dumps(index))
    assert as_tuples(sent.pairs(hashes)) == as_tuples(index.pairs(hashes))


def test_equal_hashes_are_grouped_with_their_places():
    groups = group_equal(np.array([[5, 1], [2, 1], [5, 1], [2, 0]], np.uint64))
    places = [
        groups.members[a:b].tolist()
        for a, b in zip(groups.starts[:-1], groups.starts[1:], strict=True)
    ]
    assert dict(zip(map(tuple, groups.distinct.tolist()), places, strict=True)) == {
        (5, 1): [0, 2],
        (2, 1): [1],
        (2, 0): [3],
    }
