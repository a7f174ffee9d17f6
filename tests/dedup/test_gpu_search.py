import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import gpu_search
from dedup.gpu_search import MatrixSearch, find_device
from dedup.hamming_index import HammingIndex
from schemas.errors import UserError
from tests.dedup.test_hamming_index import as_tuples, by_comparing_all, near_hashes

torch = pytest.importorskip("torch")

DEVICES = ["cpu", "cuda"] if torch.cuda.is_available() else ["cpu"]


@settings(max_examples=40)
@given(
    st.integers(0, 2**31),
    st.integers(1, 40),
    st.integers(0, 260),
    st.sampled_from([1, 2, 4]),
    st.sampled_from([1, 3, 2**13]),
)
def test_finds_what_comparing_all_finds_whatever_the_block(seed, count, limit, words, height):
    hashes = near_hashes(seed, count, words)
    queries, references = hashes[::2], hashes[1::3]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(gpu_search._QUERIES, "cpu", height)
        patch.setitem(gpu_search._BLOCK_PAIRS, "cpu", 5 * height)
        found = HammingIndex(references, limit, device="cpu").pairs(queries)
    assert as_tuples(found) == by_comparing_all(queries, references, limit)


@pytest.mark.parametrize("words", [1, 4])
def test_products_are_exact_in_the_numbers_that_a_gpu_takes(words):
    """Every distance there is, from 0 to all bits, in bfloat16."""
    bits = 64 * words
    numbers = [(1 << ones) - 1 for ones in range(bits + 1)]
    words_of = [[n >> (64 * w) & (2**64 - 1) for w in range(words)] for n in numbers]
    hashes = np.array(words_of, np.uint64)
    signs = gpu_search.signs(hashes, torch.device("cpu"), torch.bfloat16)
    products = (signs @ signs.T).to(torch.int64).numpy()
    ones = np.arange(bits + 1)
    assert np.array_equal((bits - products) // 2, np.abs(ones[:, None] - ones))
    assert np.array_equal(bits - 2 * np.abs(ones[:, None] - ones), products)


def test_a_search_is_sent_to_a_worker_as_hashes():
    hashes = np.random.default_rng(0).integers(0, 2**64, 500, dtype=np.uint64)
    index = HammingIndex(hashes, 20, device="cpu")
    found = index.pairs(hashes)
    sent = pickle.dumps(index)
    assert len(sent) < 5 * hashes.nbytes
    assert as_tuples(pickle.loads(sent).pairs(hashes)) == as_tuples(found)


def test_a_hash_that_many_share_is_compared_once_on_a_device_too():
    shared = np.full(100_000, 7, np.uint64)
    query, reference, bits = HammingIndex(shared, 8, device="cpu").pairs(np.array([6], np.uint64))
    assert (set(query.tolist()), len(reference), set(bits.tolist())) == ({0}, 100_000, {1})


def test_long_hashes_and_unknown_devices_are_refused():
    with pytest.raises(ValueError, match="256 bits"):
        MatrixSearch(np.zeros((1, 5), np.uint64), 3)
    with pytest.raises(UserError, match="cuda"):
        find_device("gpu1")
    if not torch.cuda.is_available():
        with pytest.raises(UserError, match="no GPU"):
            find_device("cuda")


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize(("words", "limit"), [(1, 20), (4, 100)])
def test_every_device_here_finds_what_the_processor_finds(device, words, limit):
    hashes = near_hashes(3, 2000, words)
    found = HammingIndex(hashes, limit, device=device).pairs(hashes)
    expected = HammingIndex(hashes, limit).pairs(hashes)
    assert all(np.array_equal(one, other) for one, other in zip(found, expected, strict=True))
