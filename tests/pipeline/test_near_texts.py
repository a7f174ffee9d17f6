import random

import pytest

from pipeline.near_texts import bands_of, compare_to_leaders, drop_near, smallest_members
from schemas.records import LedgerRow
from tests.samples import make_candidate

BASE = "an old red fishing boat lies in the harbour of a small town in the north"


def test_a_candidate_comes_once_in_each_band() -> None:
    keys = [key for key, _ in bands_of(make_candidate(1, text=BASE), 128, 0.8)]
    assert len(keys) == len(set(keys)) == 18


@pytest.mark.parametrize(
    ("uid", "found"),
    [("b", [(b"b", ("a", 1.0))]), ("a", []), ("0", [])],
)
def test_only_smaller_uids_count(uid: str, found: list[object]) -> None:
    leaders = [("a", BASE), ("c", BASE)]
    assert list(compare_to_leaders(((uid, BASE), leaders), 0.8)) == found
    assert list(compare_to_leaders(((uid, BASE), None), 0.8)) == []


def test_leaders_are_the_smallest_however_they_are_combined() -> None:
    members = [(f"{n:04d}", "text") for n in range(400)]
    random.Random(1).shuffle(members)
    parts = [smallest_members(members[start::3]) for start in range(3)]
    assert smallest_members(parts) == sorted(members)[:8] == smallest_members(members)


def test_a_candidate_without_a_neighbour_stays_and_others_are_told_of_it() -> None:
    candidate = make_candidate(1)
    assert drop_near(candidate, None) is candidate
    row = drop_near(candidate, ("a" * 32, 0.876))
    assert isinstance(row, LedgerRow)
    assert row.detail == f"of {'a' * 32} at similarity 0.88"
