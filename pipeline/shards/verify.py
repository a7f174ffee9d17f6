"""`verify`: every byte and every law of a finished dataset."""

import io
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from PIL import Image, UnidentifiedImageError

from pipeline.shards import accounting
from pipeline.shards.manifest import MANIFEST, hash_file, read_manifest
from pipeline.shards.storage import exists, join, open_input
from pipeline.shards.table import read_rows
from pipeline.shards.tar import read_samples
from schemas.errors import RunError, UserError
from schemas.outcomes import Reject
from schemas.tables import Row
from schemas.uid import is_misnamed, make_uid

# A dropped copy has the uid of the pair that was kept for it.
_SAME_UID_AS_KEPT = {str(Reject.DUPLICATE_URL_TEXT)}


class Finding(NamedTuple):
    """A breach of a law, and the file that shows it."""

    path: str
    problem: str


def verify_dataset(
    dataset: str, on_file: Callable[[str], None] = lambda path: None
) -> list[Finding]:
    """Returns every problem found; none means that the dataset is whole and its accounts right.

    Args:
        dataset: Its folder.
        on_file: Called with each file's path once it is checked, for progress.

    Raises:
        UserError: There is no dataset.
    """
    try:
        manifest = read_manifest(dataset)
    except RunError as error:
        return [Finding(MANIFEST, str(error).removeprefix(f"{MANIFEST}: "))]
    on_file(MANIFEST)
    findings = [Finding(MANIFEST, problem) for problem in accounting.problems(manifest["stages"])]
    damaged = set()
    for entry in listed_files(manifest):
        problem = _check_bytes(dataset, entry)
        if problem:
            damaged.add(entry["path"])
            findings.append(Finding(entry["path"], problem))
        on_file(entry["path"])
    findings.extend(_check_samples(dataset, manifest, damaged))
    findings.extend(_check_ledger(dataset, manifest, damaged))
    return findings


def listed_files(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Returns the entries of all files that a manifest lists."""
    groups = ("shards", "metadata", "ledger", "files")
    return [entry for group in groups for entry in manifest[group]]


def _check_bytes(dataset: str, entry: Mapping[str, Any]) -> str:
    path = join(dataset, entry["path"])
    if not exists(path):
        return "missing"
    size, sha256 = hash_file(path)
    if size != entry["bytes"]:
        return f"{size} bytes, the manifest says {entry['bytes']}"
    return "" if sha256 == entry["sha256"] else "its sha256 is not the manifest's"


def _check_samples(
    dataset: str, manifest: Mapping[str, Any], damaged: set[str]
) -> Iterator[Finding]:
    seen: set[str] = set()
    for shard, table in zip(manifest["shards"], manifest["metadata"], strict=True):
        if shard["path"] in damaged or table["path"] in damaged:
            continue
        rows = list(read_rows(join(dataset, table["path"])))
        if not len(rows) == shard["samples"] == table["samples"]:
            yield Finding(table["path"], f"{len(rows)} rows, the manifest says {shard['samples']}")
            continue
        yield from _check_shard(dataset, shard["path"], rows)
        for row in rows:
            if row["uid"] in seen:
                yield Finding(table["path"], f"{row['uid']} is there twice")
            seen.add(row["uid"])


def _check_shard(dataset: str, path: str, rows: list[Row]) -> Iterator[Finding]:
    try:
        with open_input(join(dataset, path)) as stream:
            samples = list(read_samples(stream, path))
    except RunError as error:
        yield Finding(path, str(error))
        return
    if [key for key, _ in samples] != [row["uid"] for row in rows]:
        yield Finding(path, "its samples are not the rows of its table")
        return
    for (key, members), row in zip(samples, rows, strict=True):
        if problem := _check_sample(members, row):
            yield Finding(path, f"{key}: {problem}")


def _check_sample(members: Mapping[str, bytes], row: Row) -> str:
    if list(members) != [row["extension"], "txt", "json"]:
        return f"members {sorted(members)}"
    # The uid is that of birth: cleaning keeps what was written, replaced personal data does not.
    written = row.get("raw_text") or row["text"]
    if not row.get("text_changes") and make_uid(row["url"], written) != row["uid"]:
        return "its uid does not follow from its URL and text"
    if is_misnamed(row["url"], row["sha256"]):
        return "its sha256 is not the one that its URL names"
    if members["txt"] != row["text"].encode():
        return "its text is not the table's"
    sample = json.loads(members["json"])
    if any(sample[name] != row[name] for name in ("uid", "url", "text", "sha256", "width")):
        return "its JSON is not the table's row"
    return _check_image(members[row["extension"]], row)


def _check_image(data: bytes, row: Row) -> str:
    if len(data) != row["image_bytes"]:
        return f"an image of {len(data)} bytes, the table says {row['image_bytes']}"
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.load()
            size = image.size
    except (UnidentifiedImageError, OSError):
        return "its image does not decode"
    return "" if size == (row["width"], row["height"]) else f"its image is {size[0]}x{size[1]}"


def _check_ledger(
    dataset: str, manifest: Mapping[str, Any], damaged: set[str]
) -> Iterator[Finding]:
    paths = [entry["path"] for entry in manifest["ledger"]]
    tables = [entry["path"] for entry in manifest["metadata"]]
    if damaged & {*paths, *tables}:
        return  # counts of a damaged table would only say the same again
    kept = {row["uid"] for path in tables for row in read_rows(join(dataset, path), ["uid"])}
    counted: Counter[tuple[str, str]] = Counter()
    for path in paths:
        try:
            rows = list(read_rows(join(dataset, path)))
        except UserError as error:
            yield Finding(path, str(error))
            continue
        for row in rows:
            counted[row["stage"], row["outcome"]] += 1
            if row["uid"] in kept and row["outcome"] not in _SAME_UID_AS_KEPT:
                yield Finding(path, f"{row['uid']} is in the ledger and in the dataset")
    yield from _compare_ledger(manifest, counted)


def _compare_ledger(
    manifest: Mapping[str, Any], counted: Mapping[tuple[str, str], int]
) -> Iterator[Finding]:
    expected = {
        (stage, outcome): n
        for stage, totals in manifest["stages"].items()
        for outcome, n in {**totals["rejected"], **totals["failed"]}.items()
    }
    for key in sorted({*expected, *counted}):
        if expected.get(key, 0) != counted.get(key, 0):
            where = f"{key[0]} {key[1]}"
            counts = f"{counted.get(key, 0)} rows, {MANIFEST} says {expected.get(key, 0)}"
            yield Finding("ledger/", f"{where}: {counts}")
