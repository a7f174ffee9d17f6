"""Labelled test sets for zero-shot evaluation: class folders, or Parquet as the Hub stores it.

Classes are numbered; their names come from `--classes`, the folders, the labels themselves, the
`ClassLabel` names in a Hub file's metadata, or a `text` column with one text a label.
"""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.shards.storage import is_remote, list_files, open_input, read_bytes
from pipeline.shards.table import read_rows
from schemas.errors import UserError

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledImage:
    """An encoded image; `label` is its class's place in the names."""

    key: str
    label: int
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderSet:
    """Images in a folder a class."""

    class_names: tuple[str, ...]
    files: tuple[tuple[str, int], ...]

    def __len__(self) -> int:
        return len(self.files)

    def __iter__(self) -> Iterator[LabelledImage]:
        for path, label in self.files:
            yield LabelledImage(key=path, label=label, data=read_bytes(path))


@dataclass(frozen=True, slots=True, kw_only=True)
class ParquetSet:
    """Images in Parquet files; `labels` gives every row's class, `data` is read as it goes."""

    class_names: tuple[str, ...]
    paths: tuple[str, ...]
    labels: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.labels)

    def __iter__(self) -> Iterator[LabelledImage]:
        rows = (row for path in self.paths for row in read_rows(path, ["image"]))
        for number, (row, label) in enumerate(zip(rows, self.labels, strict=True)):
            image = row["image"]
            data = image.get("bytes") if isinstance(image, dict) else image
            yield LabelledImage(key=f"row {number}", label=label, data=data or b"")


LabelledSet = FolderSet | ParquetSet


def open_labelled(source: str, classes: str | None = None) -> LabelledSet:
    """Opens a labelled test set.

    Args:
        source: A folder of class folders, a Parquet file, or a folder of Parquet files.
        classes: File with a class name a line: in the order of the sorted folders or text labels,
            line i for the number i where labels are numbers (from 0).

    Raises:
        UserError: `source` is none of these, or the class names cannot be told.
    """
    names = _read_classes(classes) if classes else None
    parquet = [source] if source.endswith(".parquet") else list_files(source, ".parquet")
    opened = _open_parquet(parquet, names) if parquet else _open_folder(source, names)
    if len(opened.class_names) < 2:
        raise UserError(f"--data {source}: has {len(opened.class_names)} class, 2 are the least")
    if not len(opened):
        raise UserError(f"--data {source}: holds no image")
    return opened


def _read_classes(path: str) -> list[str]:
    try:
        lines = read_bytes(path).decode().splitlines()
    except FileNotFoundError:
        raise UserError(f"--classes {path}: no such file") from None
    except UnicodeDecodeError:
        raise UserError(f"--classes {path}: not a UTF-8 text file") from None
    return [line.strip() for line in lines if line.strip()]


def _named(found: Sequence[str], names: Sequence[str] | None) -> tuple[str, ...]:
    if names is None:
        return tuple(name.replace("_", " ") for name in found)
    if len(names) != len(found):
        raise UserError(f"--classes: {len(names)} names, the data has {len(found)} classes")
    return tuple(names)


def _open_folder(source: str, names: Sequence[str] | None) -> FolderSet:
    if is_remote(source) or not os.path.isdir(source):
        raise UserError(f"--data {source}: no local folder of class folders, and no Parquet")
    folders = sorted(f for f in Path(source).iterdir() if f.is_dir() and f.name[0] != ".")
    if not folders:
        raise UserError(f"--data {source}: holds neither class folders nor .parquet files")
    files = [
        (str(path), label)
        for label, folder in enumerate(folders)
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in SUFFIXES
    ]
    return FolderSet(class_names=_named([f.name for f in folders], names), files=tuple(files))


def _open_parquet(paths: Sequence[str], names: Sequence[str] | None) -> ParquetSet:
    schema = _read_schema(paths[0])
    column = next((name for name in ("label", "text") if name in schema.names), None)
    if column is None or "image" not in schema.names:
        raise UserError(f"{paths[0]}: needs the columns `image` and `label`, or `image` and `text`")
    values = [row[column] for path in paths for row in read_rows(path, [column])]
    if any(value is None for value in values):
        raise UserError(f"{paths[0]}: the column {column!r} has rows without a label")
    if not pa.types.is_integer(schema.field(column).type):
        found = sorted(set(values))
        place = {value: number for number, value in enumerate(found)}
        class_names, labels = _named(found, names), [place[value] for value in values]
    else:
        class_names, labels = _number_names(paths, schema, values, names), values
    if not all(0 <= label < len(class_names) for label in labels):
        raise UserError(f"{paths[0]}: a label is not from 0 to {len(class_names) - 1}")
    return ParquetSet(class_names=class_names, paths=tuple(paths), labels=tuple(labels))


def _read_schema(path: str) -> pa.Schema:
    try:
        with open_input(path) as stream:
            return pq.read_schema(stream)
    except FileNotFoundError:
        raise UserError(f"{path}: no such file") from None
    except pa.ArrowInvalid as error:
        raise UserError(f"{path}: not a readable Parquet table") from error


def _number_names(
    paths: Sequence[str], schema: pa.Schema, labels: Sequence[int], names: Sequence[str] | None
) -> tuple[str, ...]:
    if names is not None:
        return tuple(names)
    if hub := _hub_names(schema):
        return hub
    if "text" not in schema.names:
        raise UserError(f"{paths[0]}: labels are numbers; name them with --classes FILE")
    texts = [row["text"] for path in paths for row in read_rows(path, ["text"])]
    pairs = sorted(set(zip(labels, texts, strict=True)))
    if [label for label, _ in pairs] != list(range(len(pairs))):
        raise UserError(f"{paths[0]}: `text` names not each label once; give --classes FILE")
    return tuple(text for _, text in pairs)


def _hub_names(schema: pa.Schema) -> tuple[str, ...]:
    """Returns the names of a `datasets.ClassLabel`, which the Hub keeps in the file's metadata."""
    try:
        info: dict[str, Any] = json.loads((schema.metadata or {}).get(b"huggingface", b"{}"))
        feature = info.get("info", {}).get("features", {}).get("label", {})
    except (ValueError, AttributeError):
        return ()
    found = feature.get("names") if isinstance(feature, dict) else None
    return tuple(str(name).replace("_", " ") for name in found or ())
