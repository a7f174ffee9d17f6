import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.contamination.match import BenchmarkMatcher, match_images
from dedup.phash_value import is_featureless
from schemas.records import BenchmarkImage, PoolImage

HASH = 0x0F0F_3C3C_55AA_1234


def _image(key, sha256, phash, benchmark="b"):
    return BenchmarkImage(benchmark=benchmark, key=key, sha256=sha256, phash=phash)


def _pool(key, sha256, phash):
    return PoolImage(pool_key=key, sha256=sha256, phash=phash, uid=f"uid-{key}", url="u")


def _brief(matches):
    return [(m.benchmark_key, m.pool_key, m.method, m.distance) for m in matches]


def test_pair_found_both_ways_is_one_match_by_sha256():
    (match,) = match_images([_image("i", "s", HASH)], [_pool("p", "s", HASH)], 6)
    assert (match.method, match.distance, match.uid, match.url) == ("sha256", 0, "uid-p", "u")


@pytest.mark.parametrize(("limit", "found"), [(2, 0), (3, 1), (4, 1)])
def test_limit_is_inclusive(limit, found):
    assert len(match_images([_image("i", "s", HASH)], [_pool("p", "t", HASH ^ 7)], limit)) == found


@pytest.mark.parametrize("flat", [0, 1 << 63])
def test_featureless_hashes_match_by_bytes_alone(flat):
    pool = [_pool("copy", "s", flat), _pool("other", "t", flat), _pool("near", "u", flat ^ 1)]
    assert _brief(match_images([_image("i", "s", flat)], pool, 6)) == [("i", "copy", "sha256", 0)]


def test_same_bytes_with_another_hash_match_with_their_distance():
    assert _brief(match_images([_image("i", "s", HASH)], [_pool("p", "s", HASH ^ 255)], 0)) == [
        ("i", "p", "sha256", 8)
    ]


def test_matches_are_sorted_by_image_distance_and_pool_key():
    images = [_image("j", "s", HASH), _image("i", "t", HASH), _image("z", "s", HASH, "a")]
    pool = [_pool("q", "x", HASH ^ 1), _pool("p", "y", HASH ^ 1), _pool("r", "z", HASH)]
    matches = match_images(images, pool, 1)
    assert [m.benchmark for m in matches] == ["a"] * 3 + ["b"] * 6
    assert [(m.benchmark_key, m.pool_key) for m in matches[3:]] == [
        (key, pool_key) for key in "ij" for pool_key in "rpq"
    ]


@pytest.mark.parametrize("limit", [-1, 65])
def test_limit_out_of_range_is_refused(limit):
    with pytest.raises(ValueError, match="max_distance must be 0 to 64"):
        BenchmarkMatcher([], limit)


SMALL = st.tuples(st.sampled_from("stuv"), st.integers(0, 31).map(lambda low: HASH ^ low))


@given(st.lists(SMALL, max_size=6), st.lists(SMALL, max_size=8), st.integers(0, 8))
def test_batches_through_a_pickle_find_what_plain_python_finds(images, pool, limit):
    benchmark = [_image(str(n), *image) for n, image in enumerate(images)]
    rows = [_pool(str(n), *row) for n, row in enumerate(pool)]
    matcher = pickle.loads(pickle.dumps(BenchmarkMatcher(benchmark, limit)))
    found = [match for row in rows for match in matcher.match([row])]
    expected = {
        (image.key, row.pool_key)
        for image in benchmark
        for row in rows
        if image.sha256 == row.sha256
        or ((image.phash ^ row.phash).bit_count() <= limit and not is_featureless(row.phash))
    }
    assert sorted((m.benchmark_key, m.pool_key) for m in found) == sorted(expected)


def test_a_device_changes_no_match():
    images = [_image(str(n), str(n), HASH ^ (1 << n) - 1) for n in range(12)]
    pool = [_pool(str(n), "p", HASH ^ (1 << 3 * n)) for n in range(9)]
    found = [BenchmarkMatcher(images, 6, device).match(pool) for device in ("cpu", None)]
    assert found[0] == found[1]
    assert len(found[0]) > 9
