from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.shards.fingerprints import read_fingerprints
from pipeline.shards.table import write_table
from schemas.errors import RecordFailed
from schemas.outcomes import Failure
from schemas.records import Fingerprint, PoolImage
from schemas.tables import POOL, pool_to_row
from tests.dedup.contamination.pictures import write_tar
from tests.samples import make_pair

PAIRS = [make_pair(1), make_pair(2), make_pair(3, status="failed_to_download", outcome="dns")]


@pytest.fixture
def pool(tmp_path: Path) -> Path:
    write_table(str(tmp_path / "00000.parquet"), map(pool_to_row, PAIRS), POOL)
    members = {f"{pair.uid}.jpg": bytes([n]) for n, pair in enumerate(PAIRS[:2])}
    write_tar(tmp_path / "00000.tar", members)
    return tmp_path


def fingerprint(body: bytes) -> Fingerprint:
    if body == b"\1":
        raise RecordFailed(Failure.DECODE)
    return Fingerprint(sha256="", phash=0, thumbnail=body * 10)


def never(body: bytes) -> Fingerprint:
    raise AssertionError(body)


def read(pool: Path, how: object = fingerprint) -> Iterator[PoolImage]:
    return read_fingerprints(str(pool), str(pool / "00000.parquet"), how)


def test_stored_pictures_have_the_tables_hashes_and_their_thumbnail(pool: Path) -> None:
    first, second = read(pool)
    assert (first.uid, first.phash, first.thumbnail) == (PAIRS[0].uid, PAIRS[0].phash, b"\0" * 10)
    assert (second.sha256, second.thumbnail) == (PAIRS[1].sha256, None)


def test_a_second_look_reads_no_picture(pool: Path) -> None:
    made = list(read(pool))
    assert list(read(pool, never)) == made


def test_another_tar_makes_them_anew(pool: Path) -> None:
    list(read(pool))
    write_tar(pool / "00000.tar", {f"{PAIRS[0].uid}.jpg": b"\2" * 20_000})
    assert next(read(pool)).thumbnail == b"\2" * 200_000


def test_a_dataset_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "metadata").mkdir()
    (tmp_path / "shards").mkdir()
    table = tmp_path / "metadata/00000.parquet"
    write_table(str(table), map(pool_to_row, PAIRS), POOL)
    write_tar(tmp_path / "shards/00000.tar", {f"{PAIRS[0].uid}.jpg": b"\2"})
    first, _ = read_fingerprints(str(tmp_path), str(table), fingerprint)
    assert first.thumbnail == b"\2" * 10
    assert sorted(path.name for path in tmp_path.iterdir()) == ["metadata", "shards"]


def test_a_shard_without_tar_has_hashes_alone(pool: Path) -> None:
    (pool / "00000.tar").unlink()
    assert [image.thumbnail for image in read(pool, never)] == [None, None]
