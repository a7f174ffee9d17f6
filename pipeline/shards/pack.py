"""From the pool's tars to one shard of the dataset: the images' bytes are copied, not made."""

import json
from collections.abc import Iterator, Sequence
from itertools import groupby

from pipeline.shards.manifest import FileEntry, describe_file
from pipeline.shards.storage import atomic_output, join, open_input
from pipeline.shards.table import write_table
from pipeline.shards.tar import TarWriter, read_samples
from schemas.errors import RunError
from schemas.records import PoolRow
from schemas.tables import METADATA, metadata_row, sample_json


def shard_name(number: int) -> str:
    """Returns the stem that a shard's files share, such as `00007`."""
    return f"{number:05d}"


def encode_json(sample: dict[str, str | int]) -> bytes:
    """Returns a sample's `.json` member; sorted and compact, so that equal samples are equal."""
    return json.dumps(sample, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def read_pool_images(pool: str, rows: Sequence[PoolRow]) -> Iterator[tuple[PoolRow, bytes]]:
    """Yields each row with its stored image; `rows` must be sorted by pool shard, then uid.

    Pool tars are in uid order too, so each is read once, forwards.

    Raises:
        RunError: The pool lacks an image that its table promises.
    """
    for shard, group in groupby(rows, key=lambda row: row.shard):
        path = join(pool, f"{shard_name(shard)}.tar")
        with open_input(path) as stream:
            samples = read_samples(stream, path)
            for row in group:
                members = next((m for key, m in samples if key == row.uid), None)
                if members is None or row.extension not in members:
                    raise RunError(f"{path}: lacks the image of {row.uid}")
                yield row, members[row.extension]


def pack_shard(
    number: int, rows: Sequence[PoolRow], *, pool: str, dataset: str
) -> tuple[FileEntry, FileEntry]:
    """Writes `shards/NNNNN.tar` and `metadata/NNNNN.parquet`; returns their entries.

    Args:
        number: Of the shard.
        rows: The samples, sorted by pool shard, then uid; the tar has this order.
        pool: Folder that holds the images.
        dataset: Folder to write to.
    """
    tar_path = f"shards/{shard_name(number)}.tar"
    table_path = f"metadata/{shard_name(number)}.parquet"
    with atomic_output(join(dataset, tar_path)) as stream:
        tar = TarWriter(stream)
        for row, image in read_pool_images(pool, rows):
            members = {
                row.extension or "": image,
                "txt": row.candidate.text.encode(),
                "json": encode_json(sample_json(row)),
            }
            tar.add_sample(row.uid, members)
        tar.close()
    write_table(join(dataset, table_path), (metadata_row(row) for row in rows), METADATA)
    return (
        describe_file(dataset, tar_path, samples=len(rows)),
        describe_file(dataset, table_path, samples=len(rows)),
    )
