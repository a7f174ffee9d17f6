"""Reads images of a dataset that `datasets` can load: of the Hugging Face Hub, or a local folder.

`datasets` is imported where it is used: the import takes 0.8 s, and most runs need no hub.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, Self

import fsspec

from dedup.contamination.records import SourceImage, SourceKind, SourcePart
from dedup.contamination.tables import IMAGE_COLUMNS, KEY_COLUMNS, LABEL_COLUMNS, row_key
from schemas.errors import UserError

_SPLIT = re.compile(r"(?P<name>.+?)(?::(?P<split>\w+))?")
DEFAULT_SPLIT = "test"  # what benchmarks are measured on


class _Dataset(Protocol):
    """The part of `datasets.IterableDataset` that is used here."""

    num_shards: int
    features: Mapping[str, object] | None
    column_names: Sequence[str] | None

    def shard(self, num_shards: int, index: int) -> Self: ...

    def cast_column(self, column: str, feature: object) -> Self: ...

    def __iter__(self) -> Iterator[dict[str, Any]]: ...


def choose_split(address: str) -> tuple[str, str]:
    """Returns name and split of `NAME[:SPLIT]`; without a split `test`, or the only one there is.

    Raises:
        UserError: The dataset or the split is not there.
    """
    parsed = _SPLIT.fullmatch(address)
    if not parsed:
        raise UserError(f"hf:{address}: expected hf:NAME or hf:NAME:SPLIT")
    name, split = parsed["name"], parsed["split"]
    splits = list(_load(name))
    wanted = split or (splits[0] if len(splits) == 1 else DEFAULT_SPLIT)
    if wanted not in splits:
        raise UserError(
            f"hf:{address}: no split {wanted!r}; say which one, as hf:{name}:SPLIT with one of "
            f"{', '.join(splits)}"
        )
    return name, wanted


def split_dataset(benchmark: str, name: str, split: str) -> list[SourcePart]:
    """Returns one part for each file that `datasets` streams by itself."""
    shards = int(_load(name)[split].num_shards)
    return [
        SourcePart(
            name=benchmark,
            kind=SourceKind.HUB,
            root=name,
            files=(split,),
            group=shard,
            prefix=f"{shard}:" if shards > 1 else "",
        )
        for shard in range(shards)
    ]


def read_dataset_part(part: SourcePart) -> Iterator[SourceImage]:
    """Yields the images of one shard, their files' own bytes, not decoded.

    Without a key column the key is the row's number, with the shard's before it if there are many.

    Raises:
        UserError: The dataset cannot be read, or has no image column.
    """
    import datasets

    dataset = _load(part.root)[part.files[0]]
    with _named(part.root):
        shard = dataset.shard(num_shards=dataset.num_shards, index=part.group)
        image = _image_column(shard, part.root)
        label = next((name for name in LABEL_COLUMNS if name in (shard.features or {})), None)
        rows = shard.cast_column(image, datasets.Image(decode=False))
        for number, row in enumerate(rows):
            key = next((row[name] for name in KEY_COLUMNS if name in row), None)
            yield SourceImage(
                key=row_key(key, part.prefix, number),
                body=_body(row[image]),
                label=_label((shard.features or {}).get(label), row[label]) if label else None,
            )


def _load(name: str) -> Mapping[str, _Dataset]:
    import datasets

    with _named(name):
        splits: Mapping[str, _Dataset] = datasets.load_dataset(name, streaming=True)
    return splits


@contextmanager
def _named(name: str) -> Iterator[None]:
    # What load_dataset raises (seen with datasets 5.2): ConnectionError, FileNotFoundError and hub
    # errors are OSError; a bad name, configuration or script is ValueError or RuntimeError.
    try:
        yield
    except (OSError, ValueError, RuntimeError) as error:
        raise UserError(
            f"hf:{name}: cannot be loaded; check the name (OWNER/NAME or a local folder), the "
            "network and, for a gated dataset, your login"
        ) from error


def _image_column(dataset: _Dataset, name: str) -> str:
    import datasets

    features = dataset.features or {}
    typed = [column for column, kind in features.items() if isinstance(kind, datasets.Image)]
    named = [column for column in IMAGE_COLUMNS if column in (dataset.column_names or ())]
    if not typed and not named:
        raise UserError(f"hf:{name}: no image column; found {', '.join(features) or 'no column'}")
    return str((typed or named)[0])


def _body(cell: dict[str, Any] | None) -> bytes:
    if not cell:
        return b""
    if cell["bytes"] is None and cell["path"]:
        with fsspec.open(cell["path"], "rb") as stream:
            return bytes(stream.read())
    return bytes(cell["bytes"] or b"")


def _label(feature: object, value: int | str | None) -> str | None:
    if value is None:
        return None
    names = getattr(feature, "names", None)
    if not names or not isinstance(value, int):
        return str(value)
    return str(names[value]) if value >= 0 else None  # -1: a test set without labels
