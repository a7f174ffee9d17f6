"""The user's list of pictures that nobody may keep, read once a process."""

import hashlib
import io
from functools import cache

from dedup.hash_list import HashList, parse_hash_list
from pipeline.shards.storage import exists, open_input, read_bytes
from schemas.errors import UserError


@cache
def load_refused(path: str | None) -> HashList | None:
    """Returns the list at `path`; None if there is no path.

    Raises:
        UserError: There is no such file, or a line of it is no hash.
    """
    if path is None:
        return None
    if not exists(path):
        raise UserError(f"reject_hashes {path}: no such file")
    with open_input(path) as stream:
        try:
            return parse_hash_list(io.TextIOWrapper(stream, encoding="utf-8"), path)
        except UnicodeDecodeError:
            raise UserError(f"reject_hashes {path}: not a UTF-8 text file") from None


@cache
def digest_of_refused(path: str | None) -> str | None:
    """Returns the sha256 of the list, because another list makes another pool."""
    return hashlib.sha256(read_bytes(path)).hexdigest() if path else None
