"""A finished pool shard once more, for the URLs that ended in a way that may pass."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping

from pipeline.download.earlier import earlier_of
from pipeline.download.options import DownloadOptions
from pipeline.download.pool import IMAGE_MARK, read_pool_shard, write_pool_shard
from pipeline.download.rounds import Round
from pipeline.download.shard import Result, fetch_results
from pipeline.shards.pack import shard_name
from pipeline.shards.storage import join, open_input, read_bytes
from pipeline.shards.tar import read_samples
from pipeline.web.options import WebOptions
from schemas.errors import RunError
from schemas.records import PoolRow


def retry_shard(
    shard: int,
    outcomes: Collection[str],
    *,
    folder: str,
    options: DownloadOptions,
    web: WebOptions,
    on_progress: Callable[[int], None] = lambda count: None,
) -> list[PoolRow]:
    """Tries the URLs of some outcomes again and writes the shard anew; returns all its rows.

    Everything else stays as it is, byte for byte. The shard keeps its fingerprint: it still is
    what its candidates and options made.

    Args:
        shard: Its number; it must be finished.
        outcomes: Of the rows to try again.
        folder: The pool.
        options: Those that the shard was made with.
        web: How to behave towards hosts.
        on_progress: Called with the number of URLs that were settled since the last call.
    """
    rows = read_pool_shard(folder, shard)
    again = [row for row in rows if row.outcome in outcomes]
    if not again:
        return rows
    around = _round_of(again, options)
    wanted = [row.candidate for row in again]
    found = fetch_results(shard, wanted, options, web, on_progress, around=around)
    fresh = {row.uid: (row, image) for row, image in found}
    stem = join(folder, shard_name(shard))
    marks = json.loads(read_bytes(f"{stem}_stats.json"))
    return write_pool_shard(
        folder,
        shard,
        _merge(f"{stem}.tar", rows, fresh),
        marks["fingerprint"],
        image_mark=marks.get(IMAGE_MARK, ""),
    )


def _round_of(rows: Collection[PoolRow], options: DownloadOptions) -> Round:
    """Returns what the rows of a later round remember of the one before; no budget holds."""
    known = {row.uid: earlier_of(row, may_copy=False) for row in rows}
    earlier = {uid: found for uid, found in known.items() if found}
    return Round(pool=options.previous, earlier=earlier)


def _merge(tar: str, rows: Collection[PoolRow], fresh: Mapping[str, Result]) -> Iterator[Result]:
    """Yields all rows in their order; stored images come from the old tar, read side by side."""
    with open_input(tar) as stream:
        samples = read_samples(stream, tar)
        for row in rows:
            if row.uid in fresh:
                yield fresh[row.uid]
            elif row.status == "success":
                yield row, _image(samples, tar, row)
            else:
                yield row, b""


def _image(samples: Iterator[tuple[str, dict[str, bytes]]], tar: str, row: PoolRow) -> bytes:
    members = next((members for key, members in samples if key == row.uid), None)
    if members is None or row.extension not in members:
        raise RunError(f"{tar}: lacks the image of {row.uid}")
    return members[row.extension]
