"""One shard of the pool in img2dataset's layout: tar, a row for every URL tried, stats last.

`_stats.json` is the mark that a shard is whole, as it is in img2dataset; ours also carries the
fingerprint of what the shard was made from.
"""

import json
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from pipeline.shards.pack import encode_json, shard_name
from pipeline.shards.storage import (
    atomic_output,
    exists,
    join,
    list_files,
    read_bytes,
    write_bytes,
)
from pipeline.shards.table import read_rows, write_table
from pipeline.shards.tar import TarWriter
from schemas.outcomes import Change
from schemas.records import PoolRow
from schemas.tables import POOL, pool_from_row, pool_to_row, sample_json

IMAGE_MARK = "images"
CHANGES = "changes"
UNKNOWN = "unknown"  # there was a picture, and this round could not tell
STATUSES = ("success", "failed_to_download", "failed_to_resize")


class PoolShardWriter:
    """Writes one shard as its results come; a context manager that leaves nothing if it fails.

    Args:
        folder: The pool.
        shard: Its number.
        fingerprint: See `is_done`.
        started: When work on the shard began; None is now.
        image_mark: See `pipeline.download.earlier.mark_images`; without it no later round copies an
            image of this shard.
    """

    def __init__(
        self,
        folder: str,
        shard: int,
        fingerprint: str,
        started: datetime | None = None,
        *,
        image_mark: str = "",
    ) -> None:
        self._stem = join(folder, shard_name(shard))
        self._marks = {"fingerprint": fingerprint, IMAGE_MARK: image_mark}
        self._started = started or datetime.now(UTC)
        self._rows: list[PoolRow] = []
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._tar = TarWriter(self._stack.enter_context(atomic_output(f"{self._stem}.tar")))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, traceback)

    def add(self, row: PoolRow, image: bytes) -> None:
        """Adds a URL that was tried, with the stored image of a success; they come in uid order."""
        self._rows.append(row)
        if row.status == "success":
            self._tar.add_sample(row.uid, _members(row, image))

    def finish(self) -> list[PoolRow]:
        """Writes the table and the statistics once the tar is in its place; returns the rows."""
        self._tar.close()
        self._stack.close()
        write_table(f"{self._stem}.parquet", map(pool_to_row, self._rows), POOL)
        stats = _stats(self._rows, self._started, datetime.now(UTC))
        text = json.dumps(stats | self._marks, indent=4)
        write_bytes(f"{self._stem}_stats.json", text.encode())
        return self._rows


def write_pool_shard(
    folder: str,
    shard: int,
    results: Iterable[tuple[PoolRow, bytes]],
    fingerprint: str,
    started: datetime | None = None,
    *,
    image_mark: str = "",
) -> list[PoolRow]:
    """Writes a shard and returns its rows.

    Args:
        folder: The pool.
        shard: Its number.
        results: Every URL tried, in uid order, with the stored image of a success; consumed one
            by one, so that memory does not grow with the images.
        fingerprint: See `is_done`.
        started: When work on the shard began; None is now.
        image_mark: As of `PoolShardWriter`.
    """
    writer = PoolShardWriter(folder, shard, fingerprint, started, image_mark=image_mark)
    with writer:
        for row, image in results:
            writer.add(row, image)
        return writer.finish()


def is_done(folder: str, shard: int, fingerprint: str) -> bool:
    """Whether an earlier run finished this shard from the same candidates and options."""
    path = join(folder, f"{shard_name(shard)}_stats.json")
    return exists(path) and json.loads(read_bytes(path)).get("fingerprint") == fingerprint


def read_pool_shard(folder: str, shard: int) -> list[PoolRow]:
    """Returns the rows of a finished shard."""
    return [pool_from_row(row) for row in read_rows(join(folder, f"{shard_name(shard)}.parquet"))]


def _members(row: PoolRow, image: bytes) -> dict[str, bytes]:
    return {
        row.extension or "": image,
        "txt": row.candidate.text.encode(),
        "json": encode_json(sample_json(row)),
    }


def _stats(rows: list[PoolRow], started: datetime, ended: datetime) -> dict[str, Any]:
    """Returns img2dataset's statistics under its names; `status_dict` holds our outcomes."""
    statuses = Counter(row.status for row in rows)
    success, failed_to_download, failed_to_resize = (statuses[status] for status in STATUSES)
    return {
        "count": len(rows),
        "successes": success,
        "failed_to_download": failed_to_download,
        "failed_to_resize": failed_to_resize,
        "duration": (ended - started).total_seconds(),
        "start_time": started.timestamp(),
        "end_time": ended.timestamp(),
        "status_dict": dict(sorted(Counter(row.outcome for row in rows).items())),
        CHANGES: _changes(rows),
    }


def _changes(rows: list[PoolRow]) -> dict[str, int]:
    """Returns how many pictures are new, same, changed, gone, or not known this time."""
    known = (row.change or (UNKNOWN if row.earlier_sha256 else "") for row in rows)
    return dict(sorted(Counter(filter(None, known)).items()))


def count_changes(folder: str) -> dict[str, int]:
    """Returns what became of the earlier pictures in a whole pool; empty in a first round."""
    total: Counter[str] = Counter()
    for path in list_files(folder, "_stats.json"):
        total.update(json.loads(read_bytes(path)).get(CHANGES, {}))
    return {name: total[name] for name in (*Change, UNKNOWN)} if total else {}
