"""Stored images and captions by uid, out of a pool or a dataset: for reports, not for bulk."""

from collections.abc import Collection, Iterator

from pipeline.shards.storage import exists, join, list_files, open_input
from pipeline.shards.table import read_rows, table_columns
from pipeline.shards.tar import read_samples

# As a pool names it, and a dataset.
CAPTIONS = ("caption", "text")


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


def find_captions(folder: str, uids: Collection[str]) -> dict[str, str]:
    """Returns the captions of those of `uids` that a pool or dataset holds, from its tables."""
    wanted, captions = set(uids), dict[str, str]()
    for table in list_files(table_folder(folder), ".parquet") if wanted else ():
        column = next((name for name in CAPTIONS if name in table_columns(table)), None)
        if column is None:
            continue
        rows = read_rows(table, ["uid", column])
        captions |= {row["uid"]: row[column] or "" for row in rows if row["uid"] in wanted}
    return captions
