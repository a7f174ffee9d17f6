import random

import pytest

from pipeline.recipe.dedupe import Dedupe
from pipeline.stages.dedupe_images import DedupeImages, better_first, parse_detail
from tests.pipeline.stages.runner import run_stage
from tests.samples import make_pair

HASH = 0x0F1E2D3C4B5A6978


def flip(value: int, bits: int) -> int:
    return value ^ ((1 << bits) - 1)


def test_one_of_the_same_bytes_is_kept_the_largest_then_the_smallest_uid() -> None:
    pairs = [make_pair(n, sha256="a" * 64, phash=HASH) for n in range(4)]
    larger = make_pair(9, sha256="a" * 64, phash=HASH, original_width=500)
    kept, dropped, stages = run_stage([*pairs, larger], DedupeImages(Dedupe()))
    assert kept == [larger]
    assert {row.detail for row in dropped} == {f"of {larger.uid}"}
    assert stages["dedupe"]["rejected"] == {"duplicate_sha256": 4}


@pytest.mark.parametrize(("distance", "is_duplicate"), [(0, True), (4, True), (5, False)])
def test_near_is_within_the_distance_inclusive(distance: int, is_duplicate: bool) -> None:
    pairs = [make_pair(1, phash=HASH), make_pair(2, phash=flip(HASH, distance))]
    kept, dropped, _ = run_stage(pairs, DedupeImages(Dedupe(max_distance=4)))
    first = min(pairs, key=better_first)
    assert (len(kept) == 1) is is_duplicate
    if is_duplicate:
        assert kept == [first]
        assert dropped[0].detail == f"of {first.uid} at distance {distance}"


def test_a_chain_is_one_cluster_whatever_the_order() -> None:
    chain = [make_pair(n, phash=flip(HASH, 3 * n)) for n in range(6)]
    expected = min(chain, key=better_first)
    for seed in range(2):
        random.Random(seed).shuffle(chain)
        kept, dropped, _ = run_stage(chain, DedupeImages(Dedupe(max_distance=4)))
        assert kept == [expected]
        assert len(dropped) == 5


@pytest.mark.parametrize("phash", [0, 1 << 63])
def test_flat_pictures_are_no_duplicates_of_each_other(phash: int) -> None:
    pairs = [make_pair(n, phash=phash) for n in range(5)]
    kept, _, _ = run_stage(pairs, DedupeImages(Dedupe()))
    assert len(kept) == 5


def test_hashes_with_the_top_bit_set_survive_the_engine() -> None:
    pairs = [make_pair(1, phash=2**64 - 1), make_pair(2, phash=2**64 - 2)]
    kept, _, _ = run_stage(pairs, DedupeImages(Dedupe()))
    assert len(kept) == 1


def test_a_ledger_row_tells_its_cluster_again() -> None:
    assert parse_detail("of abc at distance 3") == ("abc", 3)
    assert parse_detail("of abc") == ("abc", 0)
