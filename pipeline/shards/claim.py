"""Whose output folder is it: it belongs to one recipe and input, until somebody empties it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.shards.storage import (
    TEMPORARY_PREFIX,
    exists,
    is_remote,
    join,
    read_bytes,
    write_bytes,
)
from schemas.errors import UserError

WORK = "_work"
CLAIM = "run.json"


def claim_output(folder: str, run: Mapping[str, Any]) -> None:
    """Marks `folder` as this run's.

    Args:
        folder: The output folder.
        run: JSON-able description of recipe and input.

    Raises:
        UserError: It holds another run's output; the message names the first difference.
    """
    _sweep(folder)
    path = join(folder, WORK, CLAIM)
    claim = json.dumps(run, sort_keys=True, indent=1).encode()
    if not exists(path):
        write_bytes(path, claim)
        return
    if read_bytes(path) != claim:
        held = json.loads(read_bytes(path))
        raise UserError(
            f"{folder}: holds the run of another recipe or input ({_difference(held, run)}):"
            " choose another --out, or delete it"
        )


def _sweep(folder: str) -> None:
    """Removes the temporary files that a killed run left; they never had a name of their own."""
    if not is_remote(folder):
        for file in Path(folder).rglob(f"{TEMPORARY_PREFIX}*"):
            file.unlink(missing_ok=True)


def _difference(held: object, run: object, path: str = "") -> str:
    if isinstance(held, dict) and isinstance(run, dict | Mapping):
        for key in sorted({*held, *run}):
            if held.get(key) != run.get(key):
                return _difference(held.get(key), run.get(key), f"{path}.{key}" if path else key)
    return f"{path} was {json.dumps(held)}, now {json.dumps(run)}"
