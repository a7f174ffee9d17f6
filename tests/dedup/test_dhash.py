import imagehash
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from dedup.dhash import dhashes, hash_small, mirrored, turned_180, upside_down

SMALL = hnp.arrays(np.uint8, (3, 8, 9), elements=st.integers(0, 255))


@given(st.integers(0, 2**31), st.integers(1, 80), st.integers(1, 80))
def test_it_is_imagehashs_dhash_as_an_unsigned_integer(seed, width, height):
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    assert f"{dhashes([pixels])[0]:016x}" == str(imagehash.dhash(Image.fromarray(pixels)))


@given(SMALL)
def test_upside_down_is_exact(small):
    assert np.array_equal(upside_down(hash_small(small)), hash_small(small[:, ::-1]))


@given(SMALL)
def test_mirrored_differs_only_where_neighbours_are_equal(small):
    ties = (small[:, :, 1:] == small[:, :, :-1]).sum(axis=(1, 2))
    hashes = hash_small(small)
    for found, turned in (
        (mirrored(hashes), small[:, :, ::-1]),
        (turned_180(hashes), small[:, ::-1, ::-1]),
    ):
        assert np.array_equal(np.bitwise_count(found ^ hash_small(turned)), ties)


def test_mirroring_twice_changes_nothing():
    hashes = np.random.default_rng(0).integers(0, 2**64, 50, dtype=np.uint64)
    assert np.array_equal(mirrored(mirrored(hashes)), hashes)
    assert np.array_equal(upside_down(upside_down(hashes)), hashes)


def test_no_picture_has_no_hash():
    assert len(dhashes([])) == 0
    assert len(mirrored(np.empty(0, np.uint64))) == 0
