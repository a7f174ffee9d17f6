"""What a crawl reads: archives, URL lists and seeds, found behind files, folders, globs and URLs."""

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline.shards.storage import is_remote, open_input
from schemas.errors import UserError
from schemas.outcomes import Failure, Stage
from schemas.records import LedgerRow

ARCHIVES = (".warc", ".warc.gz")
LISTS = tuple(
    f"{suffix}{packed}" for suffix in (".csv", ".tsv", ".json", ".jsonl") for packed in ("", ".gz")
) + (".parquet",)
SEEDS = (".txt",)

_GZIP = b"\x1f\x8b"
_WARC = b"WARC/"
_PARQUET = b"PAR1"


class InputKind(StrEnum):
    """What an input holds."""

    WARC = "warc"
    LIST = "list"
    SEEDS = "seeds"


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlInput:
    """One thing to read.

    Attributes:
        path: A file or URL; for seeds a file of URLs, or the seed itself.
    """

    path: str
    kind: InputKind


def plan_inputs(inputs: Sequence[str], base: str = "") -> tuple[CrawlInput, ...]:
    """Returns every file and seed behind `inputs`, sorted, each once.

    Args:
        inputs: Files, folders, globs, URLs of archives or lists, seed URLs.
        base: Folder that relative paths are relative to; the current one if empty.

    Raises:
        UserError: One is missing, matches nothing, or is of a kind that cannot be read.
    """
    if not inputs:
        raise UserError("no input: name archives, URL lists, seed files or seed URLs")
    found = {item for name in inputs for item in _find(name, base)}
    return tuple(sorted(found, key=lambda item: (item.path, item.kind)))


def _find(name: str, base: str) -> Iterator[CrawlInput]:
    if is_remote(name):
        kind = _kind(name)
        if kind is None and not name.startswith(("http://", "https://")):
            raise UserError(f"{name}: {_unreadable(name)}")
        yield CrawlInput(path=name, kind=kind or InputKind.SEEDS)
        return
    if name.startswith("hf:"):
        raise UserError(f"{name}: {_unreadable(name)}")
    path = os.path.abspath(os.path.join(base, os.path.expanduser(name)))
    if os.path.isdir(path):
        yield from _in_folder(name, path)
    elif os.path.exists(path):
        yield _file(name, path)
    else:
        yield from _in_glob(name, path)


def _in_folder(name: str, path: str) -> Iterator[CrawlInput]:
    files = sorted(
        os.path.join(folder, file) for folder, _, files in os.walk(path) for file in files
    )
    # Seeds are not looked for in folders: a .txt there is rather somebody's notes.
    usable = [file for file in files if _kind(file) in (InputKind.WARC, InputKind.LIST)]
    if not usable:
        raise UserError(f"{name}: a folder without any input ({_known()})")
    for file in usable:
        yield _file(name, file)


def _in_glob(name: str, path: str) -> Iterator[CrawlInput]:
    if not glob.has_magic(name):
        raise UserError(f"{name}: no such file or folder")
    files = sorted(file for file in glob.glob(path, recursive=True) if os.path.isfile(file))
    if not files:
        raise UserError(f"{name}: matches no file")
    for file in files:
        yield _file(file, file)


def _file(name: str, path: str) -> CrawlInput:
    kind = _kind(path)
    if kind is None:
        raise UserError(f"{name}: {_unreadable(name)}")
    return CrawlInput(path=path, kind=kind)


def _kind(path: str) -> InputKind | None:
    lower = path.lower()
    for suffixes, kind in (
        (ARCHIVES, InputKind.WARC),
        (LISTS, InputKind.LIST),
        (SEEDS, InputKind.SEEDS),
    ):
        if lower.endswith(suffixes):
            return kind
    return None


def _unreadable(name: str) -> str:
    return f"no input that can be read yet ({_known()})" if name else "empty"


def _known() -> str:
    return f"known: {', '.join((*ARCHIVES, *LISTS, *SEEDS))}, http(s):// seeds"


def check_readable(inputs: Sequence[CrawlInput]) -> tuple[LedgerRow, ...]:
    """Returns a ledger row for every file whose first bytes show that it is not what it says."""
    return tuple(row for item in inputs if (row := _check(item)) is not None)


def _check(item: CrawlInput) -> LedgerRow | None:
    if item.kind is InputKind.SEEDS and is_remote(item.path):
        return None
    try:
        with open_input(item.path) as stream:
            head = stream.read(8)
    except FileNotFoundError:
        return _problem(item, Failure.FILE_MISSING, "no such file")
    except OSError:
        return _problem(item, Failure.FILE_MISSING, "cannot be opened")
    if not head:
        return _problem(item, Failure.FILE_EMPTY, "empty")
    if item.kind is InputKind.WARC and not head.startswith((_WARC, _GZIP)):
        return _problem(item, Failure.FILE_FORMAT, "neither WARC nor gzip")
    if item.path.lower().endswith(".parquet") and not head.startswith(_PARQUET):
        return _problem(item, Failure.FILE_FORMAT, "not Parquet")
    if item.path.lower().endswith(".gz") and not head.startswith((_GZIP, _WARC)):
        return _problem(item, Failure.FILE_FORMAT, "not gzip")
    return None


def _problem(item: CrawlInput, outcome: Failure, detail: str) -> LedgerRow:
    return LedgerRow(uid=None, url=item.path, stage=Stage.CRAWL, outcome=outcome, detail=detail)


def refuse_if_all_bad(
    inputs: Sequence[CrawlInput], problems: Sequence[LedgerRow]
) -> tuple[CrawlInput, ...]:
    """Returns the inputs without the bad ones.

    Raises:
        UserError: All are bad; the message names the first.
    """
    bad = {row.url for row in problems}
    good = tuple(item for item in inputs if item.path not in bad)
    if not good:
        first = problems[0]
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise UserError(f"{first.url}: {first.detail}{more}; no other input is left")
    return good
