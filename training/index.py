"""The index of a dataset: where every sample lies in its shard, from the tars' headers alone.

Nothing is ever executed to read a dataset: no `pipe:` address, no pickle.
"""

import posixpath
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import fsspec

from pipeline.shards.manifest import hash_file, read_manifest
from pipeline.shards.storage import is_remote, join, open_input
from schemas.errors import RunError, UserError

IMAGE_EXTENSIONS = frozenset({"jpg", "png", "webp"})
EXTENSIONS = IMAGE_EXTENSIONS | {"txt", "json"}
# Hashing takes about a second a GB; above this only sizes are checked, `verify` does the rest.
MAX_HASHED_BYTES = 2**30


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A pair in a shard.

    Attributes:
        shard: Path or URL of the tar.
        offset: Bytes from the tar's start to the encoded image.
        size: Bytes of the encoded image.
    """

    uid: str
    shard: str
    offset: int
    size: int
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """Every sample of a dataset, in the order of its shards."""

    samples: tuple[Sample, ...]
    manifest_sha256: str


def read_index(dataset: str) -> Index:
    """Reads the index of a finished dataset, its shards checked against the manifest.

    Cost: one header a member and the bytes of the captions; up to `MAX_HASHED_BYTES` also one
    reading of everything.

    Raises:
        UserError: No dataset, an empty one, or one with a missing, altered or odd shard.
    """
    if dataset.startswith("pipe:"):
        raise UserError(f"--data {dataset}: commands are never run to read a dataset")
    manifest = read_manifest(dataset)
    entries: list[dict[str, Any]] = manifest["shards"]
    is_hashed = sum(entry["bytes"] for entry in entries) <= MAX_HASHED_BYTES
    samples: list[Sample] = []
    for entry in entries:
        path = join(dataset, _checked_path(dataset, entry["path"]))
        check_shard(path, entry, is_hashed=is_hashed)
        found = list(index_shard(path))
        if len(found) != entry["samples"]:
            raise UserError(f"{path}: {len(found)} samples, the manifest says {entry['samples']}")
        samples += found
    if not samples:
        raise UserError(f"{dataset}: holds 0 samples, there is nothing to train on")
    return Index(samples=tuple(samples), manifest_sha256=manifest["manifest_sha256"])


def _checked_path(dataset: str, path: str) -> str:
    is_inside = posixpath.normpath(path) == path and not path.startswith(("/", "../"))
    if not is_inside or ":" in path or not path.endswith(".tar"):
        raise UserError(f"{dataset}: the manifest names a shard {path!r}, which is no tar in it")
    return path


def check_shard(path: str, entry: Mapping[str, Any], *, is_hashed: bool) -> None:
    """Raises `UserError` if a shard is not the one that the manifest's `entry` describes."""
    mend = "rebuild the dataset or mend it with `webimagetext repair`"
    try:
        with open_input(path) as stream:
            size = stream.seek(0, 2)
    except FileNotFoundError:
        raise UserError(f"{path}: the shard is missing; {mend}") from None
    if size != entry["bytes"]:
        raise UserError(f"{path}: {size} bytes, the manifest says {entry['bytes']}; {mend}")
    if is_hashed and hash_file(path)[1] != entry["sha256"]:
        raise UserError(f"{path}: altered, its sha256 is not the manifest's; {mend}")


def index_shard(path: str) -> Iterator[Sample]:
    """Yields the samples of a tar, in its order."""
    try:
        with open_input(path) as stream, tarfile.open(fileobj=stream, mode="r:") as tar:
            members = (_checked_member(path, member) for member in tar)
            for uid, group in groupby(members, key=lambda item: item[0]):
                yield _sample(path, tar, uid, {extension: m for _, extension, m in group})
    except tarfile.TarError as error:
        raise UserError(f"{path}: not a whole tar") from error


def _checked_member(path: str, member: tarfile.TarInfo) -> tuple[str, str, tarfile.TarInfo]:
    uid, _, extension = member.name.partition(".")
    if not member.isreg() or member.issparse() or extension not in EXTENSIONS:
        known = ", ".join(sorted(EXTENSIONS))
        raise UserError(f"{path}: refuses the member {member.name!r}; a shard holds {known} files")
    return uid, extension, member


def _sample(
    path: str, tar: tarfile.TarFile, uid: str, members: Mapping[str, tarfile.TarInfo]
) -> Sample:
    image = next((member for name, member in members.items() if name in IMAGE_EXTENSIONS), None)
    stream = tar.extractfile(members["txt"]) if "txt" in members else None
    if image is None or stream is None:
        raise UserError(f"{path}: the sample {uid} lacks its {'image' if stream else '.txt'}")
    try:
        caption = stream.read().decode()
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: the text of {uid} is not UTF-8") from error
    return Sample(uid=uid, shard=path, offset=image.offset_data, size=image.size, caption=caption)


def read_image(sample: Sample) -> bytes:
    """Returns a sample's encoded image: one seek, or one range request of an object store.

    Raises:
        RunError: The shard was cut while the run went on.
    """
    if is_remote(sample.shard):
        filesystem, name = fsspec.core.url_to_fs(sample.shard)
        data = bytes(
            filesystem.cat_file(name, start=sample.offset, end=sample.offset + sample.size)
        )
    else:
        with open_input(sample.shard) as stream:
            stream.seek(sample.offset)
            data = stream.read(sample.size)
    if len(data) != sample.size:
        raise RunError(f"{sample.shard}: cut while it was read")
    return data
