"""Datasets that `datasets` can load, of the Hugging Face Hub or a local folder, as lists.

`datasets` is imported where it is used: the import takes 0.8 s, and most runs need no hub.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import Any, Protocol, Self

import fsspec
import pyarrow as pa

from pipeline.crawl.inputs import CrawlInput
from pipeline.crawl.lists.columns import Columns, find_columns
from pipeline.crawl.lists.row import BrokenRow, Row
from pipeline.crawl.lists.row_items import Item, RowReader
from pipeline.crawl.options import ReadOptions
from pipeline.crawl.pictures.pictures import open_spool
from schemas.errors import UserError
from schemas.outcomes import Failure

PREFIX = "hf:"
_ADDRESS = re.compile(r"hf:(?P<name>.+?)(?::(?P<split>\w+))?")
DEFAULT_SPLIT = "train"  # the others are what models are measured on


class _Dataset(Protocol):
    """The part of `datasets.IterableDataset` that is used here."""

    num_shards: int
    features: Any
    column_names: Sequence[str] | None

    def shard(self, num_shards: int, index: int) -> Self: ...

    def cast_column(self, column: str, feature: object) -> Self: ...

    def select_columns(self, column_names: Sequence[str]) -> Self: ...

    def __iter__(self) -> Iterator[dict[str, Any]]: ...


def choose_split(address: str, base: str = "") -> str:
    """Returns `hf:NAME:SPLIT` of `hf:NAME[:SPLIT]`; without a split `train`, or the only one.

    A local folder, relative to `base`, becomes absolute.

    Raises:
        UserError: The dataset or the split is not there.
    """
    name, split = _parse(address)
    local = os.path.abspath(os.path.join(base, name))
    name = local if os.path.isdir(local) else name
    splits = list(_load(name))
    wanted = split or (splits[0] if len(splits) == 1 else DEFAULT_SPLIT)
    if wanted not in splits:
        raise UserError(
            f"{address}: no split {wanted!r}; say which one, as hf:{name}:SPLIT with one of "
            f"{', '.join(splits)}"
        )
    return f"{PREFIX}{name}:{wanted}"


def split_hub_dataset(item: CrawlInput) -> Iterator[CrawlInput]:
    """Yields a part for each file that `datasets` streams by itself."""
    for shard in range(_open(item.path).num_shards):
        yield replace(item, start=shard, end=shard + 1)


def check_hub_dataset(address: str, options: ReadOptions) -> None:
    """Raises UserError if the dataset lacks a column, or has one that holds what it must not."""
    with _named(address):
        _columns(address, _open(address), options)


def read_hub_dataset(item: CrawlInput, options: ReadOptions) -> Iterator[Item]:
    """Yields what the rows of one part give; pictures are copied, files' own bytes, not decoded.

    A row's number is its place in its part.

    Raises:
        UserError: The dataset cannot be read, or lacks a column.
    """
    import datasets

    dataset = _open(item.path)
    with _named(item.path):
        columns = _columns(item.path, dataset, options)
        shard = dataset.shard(num_shards=dataset.num_shards, index=item.start)
        if columns.picture:
            shard = shard.cast_column(columns.picture, datasets.Image(decode=False))
        if columns.extra is not None:
            shard = shard.select_columns(list(columns.wanted))
    source = f"{item.path}#{item.start}" if dataset.num_shards > 1 else item.path
    with open_spool(options.work, item) if columns.picture else nullcontext() as spool:
        reader = RowReader(path=source, columns=columns, spool=spool)
        for number, row in enumerate(_rows(item.path, shard, columns.picture)):
            yield from reader(number, row)


def _rows(address: str, shard: _Dataset, picture: str | None) -> Iterator[Row]:
    with _named(address):
        for row in shard:
            yield _with_bytes(row, picture)


def _parse(address: str) -> tuple[str, str | None]:
    parsed = _ADDRESS.fullmatch(address)
    if not parsed:
        raise UserError(f"{address}: expected hf:NAME or hf:NAME:SPLIT")
    return parsed["name"], parsed["split"]


def _open(address: str) -> _Dataset:
    name, split = _parse(address)
    return _load(name)[split or DEFAULT_SPLIT]


def _load(name: str) -> Mapping[str, _Dataset]:
    import datasets

    with _named(f"{PREFIX}{name}"):
        splits: Mapping[str, _Dataset] = datasets.load_dataset(name, streaming=True)
    return splits


@contextmanager
def _named(address: str) -> Iterator[None]:
    # What load_dataset raises (seen with datasets 5.2): ConnectionError, FileNotFoundError and hub
    # errors are OSError; a bad name, configuration or script is ValueError or RuntimeError.
    try:
        yield
    except (OSError, ValueError, RuntimeError) as error:
        raise UserError(
            f"{address}: cannot be read; check the name (OWNER/NAME or a local folder), the "
            "network and, for a gated dataset, your login"
        ) from error


def _columns(address: str, dataset: _Dataset, options: ReadOptions) -> Columns:
    """Returns the columns, by the types that the dataset says or its first row shows."""
    schema: pa.Schema | None = dataset.features.arrow_schema if dataset.features else None
    names = schema.names if schema is not None else list(next(iter(dataset), {}))
    return find_columns(address, names, schema, options)


def _with_bytes(row: dict[str, Any], picture: str | None) -> Row:
    """Returns the row with the bytes of a picture that `datasets` only gives the place of."""
    cell = row.get(picture) if picture else None
    if not isinstance(cell, dict) or cell.get("bytes") is not None or not cell.get("path"):
        return row
    try:
        with fsspec.open(cell["path"], "rb") as stream:
            return row | {str(picture): stream.read()}
    except FileNotFoundError:
        return BrokenRow(why="no such picture", outcome=Failure.FILE_MISSING)
