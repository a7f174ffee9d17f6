"""Fingerprints of a pool or dataset: hashes from its tables, thumbnails from its tars.

Those of a pool are kept in its `fingerprints/NNNNN.parquet`, so that the next benchmark reads no
picture. A dataset is left as it is: its manifest names every file.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator

from pipeline.shards.find_images import table_folder
from pipeline.shards.pack import shard_name
from pipeline.shards.storage import exists, file_size, join, open_input
from pipeline.shards.table import read_rows, read_schema, table_columns, write_table
from pipeline.shards.tar import read_samples
from schemas.errors import RecordError
from schemas.records import Fingerprint, PoolImage
from schemas.tables import FINGERPRINTS, Row, pool_image_to_row

FOLDER = "fingerprints"
# In the metadata of a kept file: what it was made from.
_MADE_FROM = b"webimagetext.made_from"
_IMAGE_HASHES = ("image_sha256", "sha256")  # of the stored bytes, or of what was fetched

Fingerprinter = Callable[[bytes], Fingerprint]


def read_fingerprints(folder: str, table: str, fingerprint: Fingerprinter) -> Iterator[PoolImage]:
    """Yields what is known of the pictures of one shard, made now or read where it was kept.

    Args:
        folder: A pool or a dataset.
        table: The shard's table.
        fingerprint: Of a stored picture; only its thumbnail is used.
    """
    name = table.rsplit("/", 1)[-1].removesuffix(".parquet")
    is_pool = table_folder(folder) == folder
    tar = join(folder, f"{name}.tar") if is_pool else join(folder, "shards", f"{name}.tar")
    kept = join(folder, FOLDER, f"{name}.parquet")
    mark = _mark(tar, table) if is_pool else b""
    if is_pool and _is_kept(kept, mark):
        yield from map(pool_image_from_kept, read_rows(kept, FINGERPRINTS.names))
        return
    rows = [row for row in read_rows(table) if row.get("status", "success") == "success"]
    images = list(_make(rows, _thumbnails(tar, fingerprint)))
    if is_pool:
        marked = FINGERPRINTS.with_metadata({**FINGERPRINTS.metadata, _MADE_FROM: mark})
        write_table(kept, map(pool_image_to_row, images), marked)
    yield from images


def fingerprints_of(
    pool: str, shard: int, uids: Collection[str], fingerprint: Fingerprinter
) -> Iterator[PoolImage]:
    """Yields what is known of some pictures of a pool's shard; see `read_fingerprints`."""
    wanted = set(uids)
    table = join(pool, f"{shard_name(shard)}.parquet")
    for image in read_fingerprints(pool, table, fingerprint):
        if image.uid in wanted:
            yield image


def pool_image_from_kept(row: Row) -> PoolImage:
    """Returns the record of a row of `FINGERPRINTS`."""
    return PoolImage(**row)


def _mark(tar: str, table: str) -> bytes:
    """Returns what tells one state of a shard from another: its pictures and its tar's size."""
    digest = hashlib.sha256(str(file_size(tar) if exists(tar) else 0).encode())
    columns = table_columns(table)
    name = next(name for name in _IMAGE_HASHES if name in columns)
    for row in read_rows(table, ["uid", name]):
        digest.update(f"{row['uid']} {row[name]}\n".encode())
    return digest.hexdigest().encode()


def _is_kept(path: str, mark: bytes) -> bool:
    if not exists(path):
        return False
    found = read_schema(path).metadata or {}
    return found == {**FINGERPRINTS.metadata, _MADE_FROM: mark}


def _make(rows: list[Row], thumbnails: dict[str, bytes | None]) -> Iterator[PoolImage]:
    for row in rows:
        yield PoolImage(
            pool_key=row["uid"],
            uid=row["uid"],
            url=row["url"],
            sha256=row["sha256"],
            phash=row["phash"],
            thumbnail=thumbnails.get(row["uid"]),
        )


def _thumbnails(tar: str, fingerprint: Fingerprinter) -> dict[str, bytes | None]:
    """Returns the thumbnails of a tar; one that does not decode has its hashes alone."""
    if not exists(tar):
        return {}
    found = dict[str, bytes | None]()
    with open_input(tar) as stream:
        for key, members in read_samples(stream, tar):
            try:
                found[key] = fingerprint(next(iter(members.values()))).thumbnail
            except RecordError:
                found[key] = None
    return found
