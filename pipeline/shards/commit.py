"""The commit: accounts checked, then cards, then the manifest, which makes it a dataset."""

import json
import os
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.shards.accounting import Stages, check, num_dropped
from pipeline.shards.card import make_card
from pipeline.shards.croissant import make_croissant
from pipeline.shards.manifest import (
    SCHEMA_VERSION,
    FileEntry,
    describe_file,
    entry_to_json,
    write_manifest,
)
from pipeline.shards.storage import is_remote, join, write_bytes
from pipeline.shards.versions import versions
from schemas.errors import AccountingError

_OURS = re.compile(r"\d{5}\.(tar|parquet)\Z")


def commit_dataset(
    dataset: str,
    *,
    recipe: Mapping[str, Any],
    stages: Stages,
    files: Sequence[FileEntry],
    report: Mapping[str, Any],
) -> dict[str, Any]:
    """Checks the accounts and writes what is left to write, the manifest last; returns it.

    Args:
        dataset: Folder that holds the shards, the tables and the contamination report.
        recipe: The whole resolved recipe.
        stages: The counts of every stage, from the records.
        files: Entries of all files written so far.
        report: The content of `contamination/report.json`.

    Raises:
        AccountingError: A record was lost or counted twice; nothing is committed.
    """
    groups = {
        group: sorted((f for f in files if f.path.startswith(f"{group}/")), key=lambda f: f.path)
        for group in ("shards", "metadata", "ledger", "contamination", "queries")
    }
    check(stages)
    _check_files(stages, groups)
    _remove_strays(dataset, {file.path for file in files})
    content = {
        "schema_version": SCHEMA_VERSION,
        "recipe": dict(recipe),
        "versions": versions(),
        "created_at": _now(),
        "stages": stages,
        **{
            group: [entry_to_json(file) for file in groups[group]]
            for group in ("shards", "metadata", "ledger")
        },
    }
    others = [
        *groups["contamination"],
        *groups["queries"],
        *_write_cards(dataset, content, groups, report),
    ]
    content["files"] = [entry_to_json(file) for file in sorted(others, key=lambda f: f.path)]
    write_manifest(dataset, content)
    return content


def _check_files(stages: Stages, groups: Mapping[str, Sequence[FileEntry]]) -> None:
    kept = stages["shards"]["kept"] if "shards" in stages else 0
    for group, rows in (("shards", kept), ("metadata", kept), ("ledger", num_dropped(stages))):
        written = sum(file.samples for file in groups[group])
        if written != rows:
            raise AccountingError(f"{group}/: {written} written, but {rows} were counted")


def _remove_strays(dataset: str, paths: set[str]) -> None:
    """Removes what an earlier, killed attempt of this very run left beside its files."""
    if is_remote(dataset):
        return
    for group in ("shards", "metadata", "ledger"):
        folder = Path(dataset, group)
        for file in folder.iterdir() if folder.is_dir() else ():
            if _OURS.match(file.name) and f"{group}/{file.name}" not in paths:
                file.unlink()


def _write_cards(
    dataset: str,
    content: Mapping[str, Any],
    groups: Mapping[str, Sequence[FileEntry]],
    report: Mapping[str, Any],
) -> list[FileEntry]:
    sizes = {file.path.rsplit("/", 1)[-1]: file.samples for file in groups["shards"]}
    sizes_json = (json.dumps(sizes, indent=1, sort_keys=True) + "\n").encode()
    croissant = json.dumps(make_croissant(content), indent=1, sort_keys=True) + "\n"
    written = {
        "sizes.json": sizes_json,
        "shards/sizes.json": sizes_json,  # open_clip looks beside the tars
        "croissant.json": croissant.encode(),
        "README.md": make_card(content, report).encode(),
    }
    for path, data in written.items():
        write_bytes(join(dataset, path), data)
    return [describe_file(dataset, path) for path in written]


def _now() -> str:
    # https://reproducible-builds.org/specs/source-date-epoch/
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    return moment.isoformat(timespec="seconds")
