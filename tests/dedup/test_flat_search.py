import numpy as np
import pytest

from dedup import flat_search
from dedup.flat_search import flat_pairs


@pytest.mark.parametrize("block", [1, 3, 7, 2**22])
@pytest.mark.parametrize("words", [1, 4])
@pytest.mark.parametrize("few", [0, 2**22])
def test_every_block_size_finds_the_same_pairs(monkeypatch, block, words, few):
    monkeypatch.setattr(flat_search, "BLOCK_PAIRS", block)
    monkeypatch.setattr(flat_search, "_ROW_PAIRS", block)
    monkeypatch.setattr(flat_search, "FEW_PAIRS", few)
    rng = np.random.default_rng(0)
    queries = rng.integers(0, 2**64, (9, words), dtype=np.uint64)
    references = np.concatenate([queries ^ np.uint64(5), queries[:4, ::-1]])
    limit = 28 * words
    bits = np.bitwise_count(queries[:, None] ^ references).sum(axis=2)
    expected = [(q, r, bits[q, r]) for q, r in np.argwhere(bits <= limit)]
    found = [
        pair
        for parts in flat_pairs(queries, references, limit)
        for pair in zip(*(part.tolist() for part in parts), strict=True)
    ]
    assert len(expected) > 9
    assert sorted(found) == expected
