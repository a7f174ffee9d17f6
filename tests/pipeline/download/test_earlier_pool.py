from pathlib import Path

import pytest

from pipeline.download import earlier_pool
from pipeline.download.earlier_pool import EarlierPool, find_previous
from pipeline.download.pool import write_pool_shard
from schemas.errors import UserError
from schemas.records import Candidate
from schemas.uid import uid_bucket
from tests.samples import make_candidate, make_pair

SHARDS = 7
COUNT = 100


def make_pool(folder: Path, mark: str = "mark") -> list[Candidate]:
    pairs = [make_pair(n, image_sha256="0" * 64) for n in range(COUNT)]
    for shard in range(SHARDS):
        part = [pair for pair in pairs if uid_bucket(pair.uid, SHARDS) == shard]
        rows = [(pair, b"x") for pair in sorted(part, key=lambda pair: pair.uid)]
        write_pool_shard(str(folder), shard, rows, "made", image_mark=mark)
    return sorted((pair.candidate for pair in pairs), key=lambda candidate: candidate.uid)


@pytest.mark.parametrize("num_shards", [1, 3, 7, 50])
def test_every_shard_finds_its_own_whatever_the_earlier_pool_was_cut_into(
    tmp_path: Path, num_shards: int
) -> None:
    known = make_pool(tmp_path)
    new = [make_candidate(n) for n in range(COUNT, 2 * COUNT)]
    pool = EarlierPool(folder=str(tmp_path), image_mark="mark")
    found = {}
    for shard in range(num_shards):
        part = [c for c in [*known, *new] if uid_bucket(c.uid, num_shards) == shard]
        found |= pool.find(sorted(part, key=lambda candidate: candidate.uid))
    assert found.keys() == {candidate.uid for candidate in known}
    assert all(earlier.stored for earlier in found.values())


def test_a_shard_reads_no_more_tables_than_its_uids_lie_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = make_pool(tmp_path)
    read: list[str] = []
    rows = earlier_pool.read_rows
    monkeypatch.setattr(
        earlier_pool, "read_rows", lambda path: read.append(path[-13:]) or rows(path)
    )
    pool = EarlierPool(folder=str(tmp_path), image_mark="mark")
    inner = [c for c in known if uid_bucket(c.uid, SHARDS) == 3]
    assert len(pool.find(inner)) == len(inner)
    assert read == ["00003.parquet"]
    assert pool.find([]) == {}


def test_images_of_other_options_are_known_and_not_copied(tmp_path: Path) -> None:
    known = make_pool(tmp_path)
    pool = EarlierPool(folder=str(tmp_path), image_mark="another")
    assert {earlier.stored for earlier in pool.find(known).values()} == {None}


def test_a_pool_or_the_dataset_around_it_is_found(tmp_path: Path) -> None:
    make_pool(tmp_path / "dataset/_work/pool")
    pool = str(tmp_path / "dataset/_work/pool")
    assert find_previous(pool) == find_previous(str(tmp_path / "dataset") + "/") == pool
    with pytest.raises(UserError, match="no pool that download or build made"):
        find_previous(str(tmp_path))
