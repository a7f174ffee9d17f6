import numpy as np
import pytest

from dedup.flat_kernel import count_near_64, count_near_256


@pytest.mark.parametrize(("words", "count_near"), [(1, count_near_64), (4, count_near_256)])
@pytest.mark.parametrize("width", [0, 1, 7, 1000])
def test_counts_what_is_near_each_query(words, count_near, width):
    rng = np.random.default_rng(width)
    queries = rng.integers(0, 2**64, (5, words), dtype=np.uint64)
    references = rng.integers(0, 2**64, (width, words), dtype=np.uint64)
    counts = np.full(5, -1)
    count_near(queries, np.ascontiguousarray(references.T), np.uint64(31 * words), counts)
    bits = np.bitwise_count(queries[:, None] ^ references).sum(axis=2)
    assert counts.tolist() == (bits <= 31 * words).sum(axis=1).tolist()
