"""A small pool and a small dataset, made by the shards room alone."""

from pathlib import Path
from typing import Any

from pipeline.shards.commit import commit_dataset
from pipeline.shards.manifest import FileEntry, describe_file
from pipeline.shards.pack import encode_json, pack_shard
from pipeline.shards.storage import atomic_output, join
from pipeline.shards.table import write_table
from pipeline.shards.tar import TarWriter
from schemas.outcomes import Reject, Stage
from schemas.records import LedgerRow, PoolRow
from schemas.tables import LEDGER, POOL, ledger_to_row, pool_to_row, sample_json
from tests.samples import make_image, make_pair

EMPTY_REPORT = {"benchmarks": {}}


def make_pool(
    folder: Path, count: int = 6, shards: int = 2, bodies: dict[int, bytes] | None = None
) -> list[PoolRow]:
    """Writes a pool of `count` stored images and returns its rows, by shard and uid.

    `bodies` takes the place of the images at those numbers of the first shard.
    """
    pairs = sorted((make_pair(n) for n in range(count)), key=lambda pair: pair.uid)
    rows = []
    for shard in range(shards):
        here = pairs[shard * count // shards : (shard + 1) * count // shards]
        with atomic_output(join(str(folder), f"{shard:05d}.tar")) as stream:
            tar = TarWriter(stream)
            for number, pair in enumerate(here):
                image = (bodies or {}).get(shard * 1000 + number) or make_image(
                    shard * 1000 + number
                )
                row = _stored(pair, shard, image)
                tar.add_sample(row.uid, _members(row, image))
                rows.append(row)
            tar.close()
        stored = [pool_to_row(row) for row in rows if row.shard == shard]
        write_table(join(str(folder), f"{shard:05d}.parquet"), stored, POOL)
    return rows


def _stored(pair: PoolRow, shard: int, image: bytes) -> PoolRow:
    from dataclasses import replace

    return replace(pair, shard=shard, image_bytes=len(image))


def _members(row: PoolRow, image: bytes) -> dict[str, bytes]:
    text = row.candidate.text.encode()
    return {"jpg": image, "txt": text, "json": encode_json(sample_json(row))}


def stages_for(kept: int, dropped: int = 1) -> dict[str, Any]:
    """Returns accounts in which select rejected `dropped` candidates and nothing else happened."""
    through = {"in": kept, "kept": kept, "rejected": {}, "failed": {}}
    stages: dict[str, Any] = {str(stage): dict(through) for stage in Stage}
    stages["crawl"] = {"in": kept + dropped, "kept": kept + dropped, "rejected": {}, "failed": {}}
    stages["select"] = {
        "in": kept + dropped,
        "kept": kept,
        "rejected": {str(Reject.LANGUAGE): dropped},
        "failed": {},
    }
    return stages


def write_ledger(dataset: Path, dropped: int = 1) -> FileEntry:
    """Writes a ledger of candidates that were rejected for their language."""
    rows = [
        LedgerRow(uid=f"{n:032x}", url=f"http://e.org/{n}", stage="select", outcome="language")
        for n in range(dropped)
    ]
    write_table(str(dataset / "ledger/00000.parquet"), map(ledger_to_row, rows), LEDGER)
    return describe_file(str(dataset), "ledger/00000.parquet", samples=dropped)


def make_dataset(folder: Path, count: int = 6, per_shard: int = 4) -> dict[str, Any]:
    """Builds and commits `folder/dataset` from `folder/pool`; returns the manifest."""
    rows = make_pool(folder / "pool", count)
    dataset = folder / "dataset"
    files = [write_ledger(dataset)]
    for number in range(0, -(-count // per_shard)):
        here = rows[number * per_shard : (number + 1) * per_shard]
        files += pack_shard(number, here, pool=str(folder / "pool"), dataset=str(dataset))
    return commit_dataset(
        str(dataset),
        recipe={"name": "test"},
        stages=stages_for(count),
        files=files,
        report=EMPTY_REPORT,
    )
