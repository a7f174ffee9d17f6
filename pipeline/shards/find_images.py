"""Stored images by uid, out of a pool or a dataset: for thumbnails, not for bulk."""

from collections.abc import Collection, Iterator

from pipeline.shards.storage import exists, join, list_files, open_input
from pipeline.shards.table import read_rows
from pipeline.shards.tar import read_samples


def table_folder(folder: str) -> str:
    """Returns where a pool (itself) or a dataset (`metadata/`) keeps its tables."""
    metadata = join(folder, "metadata")
    return metadata if exists(metadata) else folder


def find_images(folder: str, uids: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Yields `(uid, image bytes)` for those of `uids` that a pool or dataset holds."""
    tables = table_folder(folder)
    tars = folder if tables == folder else join(folder, "shards")
    for table in list_files(tables, ".parquet"):
        here = {row["uid"] for row in read_rows(table, ["uid"])} & set(uids)
        path = join(tars, table.rsplit("/", 1)[-1].replace(".parquet", ".tar"))
        if not here or not exists(path):
            continue
        with open_input(path) as stream:
            for key, members in read_samples(stream, path):
                if key in here:
                    yield key, next(iter(members.values()))
