from pathlib import Path

import apache_beam as beam

from pipeline.recipe.recipe import Shards
from pipeline.shards.table import read_rows
from pipeline.stages.write_shards import WriteShards, rank_pairs
from tests.datasets import make_pool
from tests.pipeline.stages.runner import run
from tests.samples import make_pair


def write(pairs: list, pool: Path, dataset: Path, per_shard: int) -> dict:
    def construct(root: beam.Pipeline) -> dict[str, beam.PCollection]:
        stage = WriteShards(Shards(samples_per_shard=per_shard), str(pool), str(dataset))
        packed = root | beam.Create(pairs) | stage
        return {"kept": packed.result.kept, "files": packed.files}

    return run(construct)


def test_every_shard_but_the_last_is_full_and_all_stand_in_uid_order(tmp_path: Path) -> None:
    pairs = make_pool(tmp_path / "pool", count=11, shards=3)
    outputs = write(pairs[::-1], tmp_path / "pool", tmp_path / "dataset", 4)
    samples = {f.path: f.samples for f in outputs["files"]}
    assert [samples[f"shards/0000{n}.tar"] for n in range(3)] == [4, 4, 3]
    tables = sorted((tmp_path / "dataset/metadata").glob("*.parquet"))
    uids = [row["uid"] for table in tables for row in read_rows(str(table))]
    assert uids == [pair.uid for pair in pairs]
    assert len(outputs["kept"]) == 11


def test_pairs_dropped_before_leave_no_gap(tmp_path: Path) -> None:
    pairs = make_pool(tmp_path / "pool", count=9, shards=3)
    outputs = write(pairs[::2], tmp_path / "pool", tmp_path / "dataset", 2)
    samples = {f.path: f.samples for f in outputs["files"] if f.path.endswith(".tar")}
    assert sorted(samples.values()) == [1, 2, 2]


def test_no_pair_is_no_shard(tmp_path: Path) -> None:
    assert write([], tmp_path, tmp_path / "dataset", 4)["files"] == []


def test_ranks_go_on_from_the_pool_shards_before() -> None:
    pairs = [make_pair(n) for n in range(3)]
    ranked = list(rank_pairs((2, pairs), {0: 4, 2: 3, 1: 1, 7: 9}, 3))
    assert [number for number, _ in ranked] == [1, 2, 2]
    assert [pair.uid for _, pair in ranked] == sorted(pair.uid for pair in pairs)
