from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.download.shard_plan import (
    are_sorted,
    list_row_groups,
    plan_shards,
    read_candidates,
)
from schemas.errors import UserError
from schemas.records import Candidate
from schemas.tables import CANDIDATES, candidate_to_row
from schemas.uid import uid_bucket
from tests.samples import make_candidate


def write(path: Path, candidates: list[Candidate], group: int = 7, **options: object) -> str:
    table = pa.Table.from_pylist([candidate_to_row(c) for c in candidates], CANDIDATES)
    pq.write_table(table, path, row_group_size=group, **options)
    return str(path)


def sorted_candidates(count: int) -> list[Candidate]:
    return sorted((make_candidate(n) for n in range(count)), key=lambda c: c.uid)


@given(count=st.integers(0, 60), per_shard=st.integers(1, 70), group=st.integers(1, 30))
def test_the_shards_part_the_candidates_in_uid_order(
    tmp_path_factory: pytest.TempPathFactory, count: int, per_shard: int, group: int
) -> None:
    candidates = sorted_candidates(count)
    folder = tmp_path_factory.mktemp("tables")
    half = count // 2
    paths = [
        write(folder / "b.parquet", candidates[half:], group),
        write(folder / "a.parquet", candidates[:half], group),
    ]
    groups = [group for path in paths for group in list_row_groups(path)]
    assert are_sorted(groups)
    num_shards = -(-count // per_shard)
    found = []
    for plan in plan_shards(groups, per_shard):
        shard = read_candidates(plan)
        assert {uid_bucket(c.uid, num_shards) for c in shard} <= {plan.shard}
        found += shard
    assert found == candidates


def test_tables_whose_row_groups_overlap_are_not_sorted(tmp_path: Path) -> None:
    candidates = sorted_candidates(20)
    path = write(tmp_path / "x.parquet", candidates[::-1], 20)
    assert are_sorted(list_row_groups(path))  # one row group: nothing to overlap with
    mixed = write(tmp_path / "y.parquet", candidates[::2] + candidates[1::2], 10)
    assert not are_sorted(list_row_groups(mixed))


def test_a_table_that_does_not_tell_its_uids_is_not_sorted(tmp_path: Path) -> None:
    path = write(tmp_path / "x.parquet", sorted_candidates(5), write_statistics=False)
    assert not are_sorted(list_row_groups(path))


def test_a_uid_twice_is_in_one_shard_and_in_one_order(tmp_path: Path) -> None:
    twins = [make_candidate(1, page_url=f"http://e.org/{n}") for n in range(4)]
    groups = list_row_groups(write(tmp_path / "x.parquet", twins, 1))
    assert are_sorted(groups)
    (plan,) = plan_shards(groups, 10)
    assert read_candidates(plan) == twins


@pytest.mark.parametrize("kind", ["no table", "no uid"])
def test_a_file_of_others_is_named(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(b"nothing")
    if kind == "no uid":
        pq.write_table(pa.table({"url": ["http://e.org/"]}), path)
    with pytest.raises(UserError, match=r"x\.parquet: not a readable table of candidates"):
        list_row_groups(str(path))
