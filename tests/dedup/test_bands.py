import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.bands import choose_bands, cut


@given(
    st.sampled_from([1, 4]),
    st.integers(3, 8),
    st.integers(0, 20).flatmap(
        lambda d: st.tuples(st.just(d), st.sets(st.integers(0, 255), max_size=d))
    ),
)
def test_near_hashes_are_near_in_some_band(words, per_word, limit_and_flips):
    max_distance, flips = limit_and_flips
    differing = np.zeros((1, words), np.uint64)
    for bit in {flip % (64 * words) for flip in flips}:
        differing[0, bit // 64] |= np.uint64(1 << (bit % 64))
    bands = cut(words, per_word, max_distance)
    assert any(int(b.keys(differing)[0]).bit_count() <= b.radius for b in bands)
    assert sum(band.radius + 1 for band in bands) == max_distance + 1


def test_bands_of_a_word_cover_every_bit_once():
    bands = cut(4, 5, 30)
    bits = [(b.word, b.low + n) for b in bands for n in range(b.bits)]
    assert sorted(bits) == [(word, bit) for word in range(4) for bit in range(64)]


def test_flips_are_all_keys_within_the_radius():
    band = cut(1, 8, 23)[0]
    assert band.radius == 2
    near = [key for key in range(256) if key.bit_count() <= 2]
    assert sorted(band.flips.tolist()) == near
    assert band.num_flips == len(near)


@pytest.mark.parametrize(
    ("max_distance", "num_queries", "found"), [(4, 100_000, True), (4, 1, False), (40, 10, False)]
)
def test_bands_are_chosen_where_they_pay(max_distance, num_queries, found):
    hashes = np.random.default_rng(0).integers(0, 2**64, (50_000, 1), dtype=np.uint64)
    assert (choose_bands(hashes, hashes, num_queries, max_distance) is not None) == found


def test_hashes_that_crowd_one_band_are_compared_instead():
    crowded = np.random.default_rng(0).integers(0, 2**8, (50_000, 4), dtype=np.uint64)
    assert choose_bands(crowded, crowded, 50_000, 70) is None
