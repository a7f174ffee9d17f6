from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup import near_looks
from dedup.bands import cut
from dedup.looks import ENTRY, VIEWS, Entries
from dedup.near_looks import MAX_BITS, MAX_NEAREST, Proposal, entries_of, find_near_looks, propose

ROT90 = next(number for number, view in enumerate(VIEWS) if view.turn == "rot90")
FLIP = next(number for number, view in enumerate(VIEWS) if view.turn == "flip")


def make_entries(*rows: tuple[int, int, int]) -> Entries:
    """Rows of `(hash, key, way)`; the place is the key."""
    return np.array([(value, key, key, way) for value, key, way in rows], ENTRY)


def near_entries(seed: int, count: int) -> tuple[Entries, Entries]:
    rng = np.random.default_rng(seed)
    entries = np.zeros((2, count), ENTRY)
    centres = rng.integers(0, 2**64, 4, dtype=np.uint64)
    for side in entries:
        side["hash"] = centres[rng.integers(0, 4, count)]
        for bit in range(9):
            side["hash"] ^= np.uint64(1) << rng.integers(0, 64, count).astype(np.uint64) * (bit % 2)
        side["key"] = rng.permutation(count) * 0x9E3779B97F4A7
        side["place"] = side["key"]
    entries[0]["way"] = rng.integers(0, 2, count)
    entries[1]["way"] = rng.integers(0, 2 * len(VIEWS), count)
    return np.unique(entries[0]), np.unique(entries[1])


def proposals(
    groups: list[tuple[Entries, list[Entries]]], max_distance: int = 4
) -> tuple[set[Proposal], bool]:
    found = defaultdict[bytes, list[bytes]](list)
    for upright, probes in groups:
        for own, near in find_near_looks(upright, probes, max_distance):
            found[own].append(near)
    results = [propose(own, near) for own, near in found.items()]
    return {p for proposed, _ in results for p in proposed}, any(cut for _, cut in results)


def by_band(upright: Entries, probes: Entries) -> list[tuple[Entries, list[Entries]]]:
    groups = []
    for band in cut(1, MAX_BITS + 1, MAX_BITS):
        ours = band.keys(upright["hash"][:, None])
        theirs = band.keys(probes["hash"][:, None])
        groups += [
            (upright[ours == value], [probes[theirs == value][::2], probes[theirs == value][1::2]])
            for value in np.unique(ours)
        ]
    return groups


@given(st.integers(0, 2**31), st.integers(1, 60), st.sampled_from([1, 3, 32]))
def test_groups_find_what_all_together_find(seed: int, count: int, nearest: int) -> None:
    upright, probes = near_entries(seed, count)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(near_looks, "MAX_NEAREST", nearest)
        patch.setattr(near_looks, "_BLOCK_FOUND", 10)
        assert proposals(by_band(upright, probes)) == proposals([(upright, [probes])])


def test_what_is_near_is_found_and_what_is_far_is_not() -> None:
    upright = make_entries((0b0, 1, 0), ((1 << 8) - 1, 1 << 40, 0), ((1 << 9) - 1, 1 << 50, 1))
    found, _ = proposals([(upright, [make_entries((0, 7 << 30, ROT90))])], max_distance=0)
    assert found == {
        Proposal(7 << 30, 0, "rot90", 1, 0),
        Proposal(7 << 30, 0, "rot90", 1 << 40, 0),
    }


def test_what_a_crop_finds_both_ways_is_aligned_once() -> None:
    centre = len(VIEWS) - 1
    upright = make_entries((5, 0xFF00, 0), (6, 0xFF << 40, 0))
    probes = make_entries((6, 0xFF00, centre), (5, 0xFF << 40, centre))
    assert proposals([(upright, [probes])])[0] == {Proposal(0xFF00, 0, "none", 0xFF << 40, 0)}


def test_a_pair_that_finds_each_other_is_proposed_once() -> None:
    one, other = 0xFF00, 0xFF << 40
    upright = make_entries((5, one, 0), (6, other, 0))
    mutual = make_entries((6, one, FLIP), (5, other, FLIP))
    assert proposals([(upright, [mutual])])[0] == {Proposal(one, 0, "flip", other, 0)}
    turned = make_entries((6, one, ROT90), (5, other, ROT90))
    assert len(proposals([(upright, [turned])])[0]) == 2  # rot90 of the one, or of the other


def test_pictures_whose_own_hashes_are_near_are_copies_already() -> None:
    upright = make_entries((5, 0b1111, 0), (5, 0b11111, 0))
    probes = make_entries((5, 0, ROT90))
    assert proposals([(upright, [probes])])[0] == {Proposal(0, 0, "rot90", 0b11111, 0)}


def test_of_a_picture_near_to_very_many_the_nearest_are_looked_at_and_it_is_said() -> None:
    keys = [(number + 1) << 20 for number in range(1000)]
    upright = make_entries(*((number % 8, key, 0) for number, key in enumerate(keys)))
    found, is_cut = proposals([(upright, [make_entries((0, 1, ROT90))])], max_distance=0)
    assert is_cut
    assert {p.other_place for p in found} == set(keys[::8][:MAX_NEAREST])


def test_equal_hashes_do_not_cost_the_square_of_their_number() -> None:
    keys = [(number + 1) << 20 for number in range(1000)]
    upright = make_entries(*((9, key, 0) for key in keys))
    found, _ = proposals([(upright, [make_entries(*((9, key, FLIP) for key in keys))])])
    assert len(found) <= MAX_NEAREST**2 / 2


def test_nothing_to_search_finds_nothing() -> None:
    assert proposals([(make_entries(), [make_entries((1, 1, 0))])]) == (set(), False)
    assert proposals([(make_entries((1, 1, 0)), [])]) == (set(), False)


def test_entries_survive_their_bytes() -> None:
    entries = make_entries((2**64 - 1, 2**63, 250), (1, 2, 3))
    assert entries_of(entries.tobytes()).tolist() == entries.tolist()
