"""The files through which processes share turns: made by the first, removed after the last.

Whoever uses a file holds a shared lock on a byte of its own; only who gets that byte alone may
remove it. A process that opened a file just as it was removed opens another.
"""

import fcntl
import hashlib
import os
import tempfile
from pathlib import Path

USERS = 2**40  # the byte that users lock; far behind those of the hosts


def turns_file(run: str) -> str:
    """Returns where the processes of a run meet on this machine; its output folder names it."""
    name = hashlib.blake2b(run.encode(), digest_size=16).hexdigest()
    return str(_folder() / name)


def open_turns_file(path: str) -> int:
    """Returns a descriptor of the file at `path`, which nobody removes while it is open."""
    while True:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        try:
            file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except FileNotFoundError:  # the folder went, being empty
            continue
        fcntl.lockf(file, fcntl.LOCK_SH, 1, USERS)
        if _is_at(file, path):
            return file
        os.close(file)


def remove_unused_turns_files() -> None:
    """Removes the files of this user that no process uses, such as those of killed runs.

    This process must have closed its own: whoever closes a file loses all his locks on it.
    """
    folder = _folder()
    for path in [*folder.glob("*")]:
        _remove_if_unused(path)
    try:
        folder.rmdir()
    except OSError:  # in use, or never made
        return


def _remove_if_unused(path: Path) -> None:
    try:
        file = os.open(path, os.O_RDWR)
    except FileNotFoundError:  # another process was quicker
        return
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, USERS)
        path.unlink(missing_ok=True)
    except (BlockingIOError, PermissionError):  # POSIX allows either for a lock that is held
        return
    finally:
        os.close(file)


def _is_at(file: int, path: str) -> bool:
    try:
        return os.path.samestat(os.fstat(file), os.stat(path))
    except FileNotFoundError:
        return False


def _folder() -> Path:
    return Path(tempfile.gettempdir(), f"webimagetext-turns-{os.getuid()}")
