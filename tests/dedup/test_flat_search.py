import numpy as np
import pytest

from dedup import flat_search
from dedup.flat_search import flat_pairs


def compare_all(queries, references, limit):
    bits = np.bitwise_count(queries[:, None] ^ references).sum(axis=2)
    return [(q, r, bits[q, r]) for q, r in np.argwhere(bits <= limit)]


def as_tuples(blocks):
    return [pair for parts in blocks for pair in zip(*(p.tolist() for p in parts), strict=True)]


@pytest.mark.parametrize("block", [1, 3, 7, 1024])
@pytest.mark.parametrize("words", [1, 2, 4])
def test_every_block_size_finds_the_same_pairs(monkeypatch, block, words):
    monkeypatch.setattr(flat_search, "BLOCK_REFERENCES", block)
    monkeypatch.setattr(flat_search, "BLOCK_HITS", block)
    rng = np.random.default_rng(0)
    queries = rng.integers(0, 2**64, (9, words), dtype=np.uint64)
    references = np.concatenate([queries ^ np.uint64(5), queries[:4, ::-1]])
    expected = compare_all(queries, references, 28 * words)
    assert len(expected) > 9
    assert sorted(as_tuples(flat_pairs(queries, references, 28 * words))) == expected


@pytest.mark.parametrize("limit", [0, 64, 100])
def test_limits_at_the_ends_are_inclusive(limit):
    hashes = np.array([[0], [2**64 - 1], [0]], np.uint64)
    expected = compare_all(hashes, hashes, limit)
    assert sorted(as_tuples(flat_pairs(hashes, hashes, limit))) == expected
    assert len(expected) == (9 if limit >= 64 else 5)


def test_hashes_that_are_too_long_are_refused():
    hashes = np.zeros((2, 5), np.uint64)
    with pytest.raises(ValueError, match="256 bits"):
        list(flat_pairs(hashes, hashes, 1))
