import random
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.shards.table import write_table
from pipeline.try_recipe.sample import SmallestUids, all_of_tables, sample_stream, sample_tables
from schemas.errors import UserError
from schemas.tables import CANDIDATES, candidate_from_row, candidate_to_row
from tests.samples import make_candidate

CANDIDATES_300 = [make_candidate(n) for n in range(300)]


def write(path: Path, candidates: list) -> str:
    write_table(str(path), map(candidate_to_row, candidates), CANDIDATES)
    return str(path)


@given(st.integers(1, 40), st.randoms())
def test_the_sample_is_the_smallest_uids_whatever_the_order(
    count: int, order: random.Random
) -> None:
    shuffled = CANDIDATES_300[:60]
    order.shuffle(shuffled)
    sample = sample_stream(shuffled, count)
    assert sample.num_seen == 60
    assert list(sample.records) == sorted(CANDIDATES_300[:60], key=lambda c: c.uid)[:count]


def test_a_table_and_a_stream_give_the_same_sample_however_the_table_is_cut(tmp_path: Path) -> None:
    files = [
        write(tmp_path / "a.parquet", CANDIDATES_300[:100]),
        write(tmp_path / "b.parquet", CANDIDATES_300[100:]),
    ]
    ours = sample_tables(files, candidate_from_row, 25)
    assert ours.records == sample_stream(CANDIDATES_300, 25).records
    assert ours.num_seen == 300


def test_of_a_sorted_table_only_the_first_groups_are_read(tmp_path: Path) -> None:
    ordered = sorted(CANDIDATES_300, key=lambda candidate: candidate.uid)
    table = pq.read_table(write(tmp_path / "a.parquet", ordered))
    pq.write_table(table, tmp_path / "groups.parquet", row_group_size=10)
    made = []

    def from_row(row: dict) -> object:
        made.append(row["uid"])
        return candidate_from_row(row)

    sample = sample_tables([str(tmp_path / "groups.parquet")], from_row, 20)
    assert list(sample.records) == ordered[:20]
    assert len(made) == 40  # twice what is asked for fixes the cut, and no group after it is read


def test_no_more_is_held_than_twice_the_sample() -> None:
    smallest = SmallestUids(5)
    for candidate in CANDIDATES_300:
        smallest.add(candidate)
        assert len(smallest._held) < 10


def test_copies_of_a_pair_stay_together_and_in_order() -> None:
    copies = [make_candidate(1, source_offset=n) for n in (3, 1, 2)]
    assert [c.source_offset for c in sample_stream(copies, 10).records] == [1, 2, 3]


def test_a_file_that_is_no_table_is_the_users_mistake(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_text("no table")
    with pytest.raises(UserError, match=r"a\.parquet: not a readable Parquet table"):
        sample_tables([str(tmp_path / "a.parquet")], candidate_from_row, 5)


def test_an_empty_sample_is_refused() -> None:
    with pytest.raises(ValueError, match="count must be >= 1, got 0"):
        SmallestUids(0)


def test_all_records_are_read_as_they_are_asked_for(tmp_path: Path) -> None:
    files = [write(tmp_path / f"{n}.parquet", CANDIDATES_300[n::2]) for n in range(2)]
    sample = all_of_tables(files, candidate_from_row)
    assert (sample.num_seen, sample.ratio) == (None, 1.0)
    assert list(sample.records) == [*CANDIDATES_300[0::2], *CANDIDATES_300[1::2]]
    assert list(sample_stream(iter(CANDIDATES_300), None).records) == CANDIDATES_300


def test_a_record_of_a_sample_stands_for_many() -> None:
    assert sample_stream(CANDIDATES_300, 30).ratio == 10
    assert sample_stream(CANDIDATES_300, 400).ratio == 1
    assert sample_stream([], 10).ratio == 1
