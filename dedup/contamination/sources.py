"""The images of a benchmark or of a plain pool, in parts that workers can share.

`split_source` lists a source and cuts it; `read_part` yields the images of a part, `hash_part`
their hashes. A saved index has no pixels: it can only be hashed, which reads its hashes.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dedup.contamination.folders import read_files
from dedup.contamination.hub import read_dataset_part, split_dataset
from dedup.contamination.listing import list_benchmark
from dedup.contamination.records import BenchmarkSource, SourceImage, SourceKind, SourcePart
from dedup.contamination.tables import read_index, read_table_part, split_tables
from dedup.contamination.tars import read_tar
from schemas.errors import RecordError, UserError
from schemas.records import BenchmarkImage, Fingerprint

FILES_PER_PART = 256  # about a second of hashing: small enough to spread, large enough to ship


@dataclass(frozen=True, slots=True, kw_only=True)
class UndecodableImage:
    """An image of a source that could not be hashed.

    Attributes:
        outcome: A `Failure` or `Reject` value.
    """

    benchmark: str
    key: str
    outcome: str
    detail: str


def split_source(name: str, source: str) -> list[SourcePart]:
    """Lists a source and cuts it into small parts, in a fixed order.

    Raises:
        UserError: See `list_benchmark`.
    """
    return split_listed(list_benchmark(name, source))


def split_listed(listed: BenchmarkSource) -> list[SourcePart]:
    """Cuts a listed source: some images, a tar, a row group, a shard of a dataset a part."""
    match listed.kind:
        case SourceKind.HUB:
            return split_dataset(listed.name, listed.root, listed.files[0])
        case SourceKind.PARQUET:
            return split_tables(listed.name, listed.root, listed.files, _prefixes(listed))
        case SourceKind.TAR | SourceKind.INDEX:
            return [
                _part(listed, (file,), prefix)
                for file, prefix in zip(listed.files, _prefixes(listed), strict=True)
            ]
        case SourceKind.FOLDER:
            return [
                _part(listed, listed.files[start : start + FILES_PER_PART])
                for start in range(0, len(listed.files), FILES_PER_PART)
            ]


def read_part(part: SourcePart) -> Iterator[SourceImage]:
    """Yields the images of a part, in the same order each time.

    Raises:
        UserError: The part cannot be read, or is a saved index.
    """
    match part.kind:
        case SourceKind.FOLDER:
            return read_files(part)
        case SourceKind.TAR:
            return read_tar(part)
        case SourceKind.PARQUET:
            return read_table_part(part)
        case SourceKind.HUB:
            return read_dataset_part(part)
        case SourceKind.INDEX:
            raise UserError(f"{part.files[0]}: a saved index holds no pixels; give the images")


def hash_part(
    part: SourcePart, fingerprint: Callable[[bytes], Fingerprint]
) -> Iterator[BenchmarkImage | UndecodableImage]:
    """Yields the hashes of a part's images, or of a saved index.

    Args:
        part: From `split_source`.
        fingerprint: Of a file's bytes; raises a `RecordError` where there is no picture.
    """
    if part.kind is SourceKind.INDEX:
        yield from read_index(part.name, part.files)
        return
    for image in read_part(part):
        try:
            found = fingerprint(image.body)
        except RecordError as error:
            yield UndecodableImage(
                benchmark=part.name, key=image.key, outcome=error.outcome, detail=error.detail
            )
            continue
        yield BenchmarkImage(
            benchmark=part.name,
            key=image.key,
            sha256=found.sha256,
            phash=found.phash,
            label=image.label,
            thumbnail=found.thumbnail,
        )


def _part(listed: BenchmarkSource, files: tuple[str, ...], prefix: str = "") -> SourcePart:
    return SourcePart(
        name=listed.name, kind=listed.kind, root=listed.root, files=files, prefix=prefix
    )


def _prefixes(listed: BenchmarkSource) -> list[str]:
    """Returns what tells equal members of different files apart; nothing for a single file."""
    if len(listed.files) == 1:
        return [""]
    return [f"{os.path.relpath(file, listed.root)}:" for file in listed.files]
