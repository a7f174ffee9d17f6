"""`manifest.json`: what a dataset consists of; written last, so that its presence is the commit.

The file has one canonical form and carries its own sha256, so that one flipped byte shows.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from pipeline.shards.storage import exists, join, open_input, read_bytes, write_bytes
from schemas.errors import RunError, UserError

SCHEMA_VERSION = 1
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEntry:
    """A file of the dataset.

    Attributes:
        path: Relative to the dataset, with forward slashes.
        samples: Samples of a shard, rows of a table, 0 for any other file.
    """

    path: str
    bytes: int
    sha256: str
    samples: int = 0


def hash_file(path: str) -> tuple[int, str]:
    """Returns a file's size in bytes and its sha256 in hex."""
    digest, size = hashlib.sha256(), 0
    with open_input(path) as stream:
        while chunk := stream.read(2**20):
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()


def describe_file(folder: str, path: str, samples: int = 0) -> FileEntry:
    """Reads `folder`/`path` back and returns its entry: what was stored, not what was sent."""
    size, sha256 = hash_file(join(folder, path))
    return FileEntry(path=path, bytes=size, sha256=sha256, samples=samples)


def entry_to_json(entry: FileEntry) -> dict[str, Any]:
    """Returns the entry as the manifest holds it."""
    return asdict(entry)


def dump_manifest(content: dict[str, Any]) -> bytes:
    """Returns the one form that a manifest has in bytes, its own `manifest_sha256` included.

    Keys keep their order: the stages stand in the order of the data.
    """
    content = {key: value for key, value in content.items() if key != "manifest_sha256"}
    body = json.dumps(content, allow_nan=False)
    content["manifest_sha256"] = hashlib.sha256(body.encode()).hexdigest()
    return (json.dumps(content, indent=1, allow_nan=False) + "\n").encode()


def write_manifest(dataset: str, content: dict[str, Any]) -> None:
    """Commits the dataset."""
    write_bytes(join(dataset, MANIFEST), dump_manifest(content))


def read_manifest(dataset: str) -> dict[str, Any]:
    """Returns the manifest, checked against its own hash.

    Raises:
        UserError: There is none: no dataset, or one whose build has not finished.
        RunError: It was altered.
    """
    path = join(dataset, MANIFEST)
    if not exists(path):
        raise UserError(f"{dataset}: holds no {MANIFEST}, so it is no finished dataset")
    data = read_bytes(path)
    try:
        content = json.loads(data)
        is_whole = isinstance(content, dict) and dump_manifest(content) == data
    except ValueError:
        is_whole = False
    if not is_whole:
        raise RunError(f"{MANIFEST}: altered: it does not match its own sha256")
    if content["schema_version"] != SCHEMA_VERSION:
        raise UserError(
            f"{path}: schema version {content['schema_version']},"
            f" this program reads {SCHEMA_VERSION}"
        )
    result: dict[str, Any] = content
    return result
