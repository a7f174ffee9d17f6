"""What the user named to what will be read: folders and globs to files, each with its kind."""

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

import fsspec

from pipeline.archives.layout import find_layout
from pipeline.archives.open_file import is_wacz, open_file
from pipeline.crawl.path_list import PATH_LIST_SUFFIXES, read_path_list
from pipeline.shards.storage import exists, is_remote, join, open_input
from schemas.errors import RecordFailed, UserError
from schemas.outcomes import Failure, Stage
from schemas.records import LedgerRow


class InputKind(StrEnum):
    """How an input is read."""

    WARC = "warc"  # and ARC: the first bytes tell
    WAT = "wat"
    WACZ = "wacz"
    LIST = "list"
    SEEDS = "seeds"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class CrawlInput:
    """One file, or one seed URL.

    Attributes:
        path: Absolute if local; a URL that storage can open; the seed itself for a seed URL.
        start: First byte (or row group, or shard: what `kind` is cut by) of this part.
        end: Where this part ends, exclusive; -1 for the end of the file.
    """

    path: str
    kind: InputKind
    start: int = 0
    end: int = -1


_LIST_SUFFIXES = (".csv", ".tsv", ".json", ".jsonl")
ARCHIVES = frozenset({InputKind.WARC, InputKind.WAT, InputKind.WACZ})
SUFFIXES = {
    ".warc": InputKind.WARC,
    ".warc.gz": InputKind.WARC,
    ".warc.zst": InputKind.WARC,
    ".arc": InputKind.WARC,
    ".arc.gz": InputKind.WARC,
    ".wat": InputKind.WAT,
    ".wat.gz": InputKind.WAT,
    ".wacz": InputKind.WACZ,
    **dict.fromkeys(_LIST_SUFFIXES, InputKind.LIST),
    **{f"{suffix}.gz": InputKind.LIST for suffix in _LIST_SUFFIXES},
    ".parquet": InputKind.LIST,
    ".txt": InputKind.SEEDS,
}
PARQUET_MAGIC = b"PAR1"
_GLOB_SIGNS = frozenset("*?[")


def plan_inputs(inputs: Sequence[str], base: str = "") -> tuple[CrawlInput, ...]:
    """Returns every input once, sorted by path.

    Args:
        inputs: Files, folders (read with their subfolders; files of unknown suffix in them are
            passed), globs (`**` goes into subfolders), `http(s)://` files and seeds, and lists of
            archives as Common Crawl publishes them (`*.paths`, `*.paths.gz`).
        base: What relative paths are relative to; the working directory if empty.

    Raises:
        UserError: An input is missing, empty-handed or of a kind that is not supported.
    """
    if not inputs:
        raise UserError("no input: name archives, URL lists, seed lists, folders or URLs")
    found = {item for text in inputs for item in _expand(text, base)}
    return tuple(sorted(found))


def check_readable(inputs: Sequence[CrawlInput]) -> tuple[LedgerRow, ...]:
    """Returns a row for every input whose first bytes show that nothing can be read from it."""
    return tuple(row for item in inputs if (row := _check(item)))


def refuse_if_all_bad(
    inputs: Sequence[CrawlInput], problems: Sequence[LedgerRow]
) -> tuple[CrawlInput, ...]:
    """Returns the inputs that have no problem.

    Raises:
        UserError: There is none; the message names the first problem.
    """
    bad = {problem.url for problem in problems}
    good = tuple(item for item in inputs if item.path not in bad)
    if not good and problems:
        first = problems[0]
        more = f" (and {len(problems) - 1} more like it)" if len(problems) > 1 else ""
        raise UserError(f"{first.url}: {first.detail}{more}: no input can be read")
    return good


def _expand(text: str, base: str) -> Iterator[CrawlInput]:
    if not text.strip():
        raise UserError("an input is empty text: name a file, folder, glob or URL")
    if text.startswith(("http://", "https://")):
        yield from _expand_address(text)
        return
    if text.startswith("hf:"):
        raise _unsupported(text)
    path = text if is_remote(text) else os.path.abspath(os.path.join(base, text))
    if is_remote(base) and not is_remote(text) and not os.path.isabs(text):
        path = join(base, text)
    yield from _expand_path(path)


def _expand_address(url: str) -> Iterator[CrawlInput]:
    """A web address is a seed unless its path names a file of data."""
    path = urlsplit(url).path
    kind = _kind_of(path)
    if path.lower().endswith(PATH_LIST_SUFFIXES):
        yield from _expand_path_list(url)
    else:
        is_file = kind in ARCHIVES or kind is InputKind.LIST
        yield CrawlInput(path=url, kind=kind if kind and is_file else InputKind.SEEDS)


def _expand_path_list(path: str) -> Iterator[CrawlInput]:
    """What a list names is not looked for: it may be 100,000 files of a server."""
    found = [item for name in read_path_list(path) if (item := _as_input(name))]
    if not found:
        raise UserError(f"{path}: names no file that can be read: {', '.join(SUFFIXES)}")
    yield from found


def _expand_path(path: str) -> Iterator[CrawlInput]:
    if not exists(path):
        if not _GLOB_SIGNS & set(path):
            raise UserError(f"{path}: no such file or folder")
        matches = _glob(path)
        if not matches:
            raise UserError(f"{path}: the glob matches nothing")
        for match in matches:
            yield from _expand_path(match)
    elif _is_folder(path):
        files = [item for name in _walk(path) if (item := _as_input(name))]
        if not files:
            raise UserError(f"{path}: the folder holds no input; supported: {', '.join(SUFFIXES)}")
        yield from files
    elif path.lower().endswith(PATH_LIST_SUFFIXES):
        yield from _expand_path_list(path)
    elif item := _as_input(path):
        yield item
    else:
        raise _unsupported(path)


def _unsupported(path: str) -> UserError:
    return UserError(f"{path}: not supported yet; supported: {', '.join(SUFFIXES)}, http(s) URLs")


def _kind_of(path: str) -> InputKind | None:
    name = path.lower()
    return next((kind for suffix, kind in SUFFIXES.items() if name.endswith(suffix)), None)


def _as_input(path: str) -> CrawlInput | None:
    kind = _kind_of(path)
    return CrawlInput(path=path, kind=kind) if kind else None


def _is_folder(path: str) -> bool:
    if not is_remote(path):
        return os.path.isdir(path)
    filesystem, name = fsspec.core.url_to_fs(path)
    return bool(filesystem.isdir(name))


def _glob(pattern: str) -> list[str]:
    if not is_remote(pattern):
        return sorted(glob.glob(pattern, recursive=True))
    filesystem, name = fsspec.core.url_to_fs(pattern)
    return sorted(filesystem.unstrip_protocol(found) for found in filesystem.glob(name))


def _walk(folder: str) -> list[str]:
    """Returns all files below; what begins with a dot or underscore is not the user's data."""
    filesystem, name = fsspec.core.url_to_fs(folder)
    root = filesystem.unstrip_protocol(name) if is_remote(folder) else folder
    start = len(name.rstrip("/")) + 1
    relative = sorted(found[start:] for found in filesystem.find(name))
    shown = [n for n in relative if not any(p.startswith((".", "_")) for p in n.split("/"))]
    return [join(root, n) for n in shown]


def _check(item: CrawlInput) -> LedgerRow | None:
    if item.path.startswith(("http://", "https://")):
        return None  # fetched once, when it is read
    if item.kind in ARCHIVES:
        return _check_archive(item)
    try:
        stream = open_input(item.path)
    except FileNotFoundError:
        return _problem(item, Failure.FILE_MISSING, "no such file")
    with stream:
        if not stream.read(1):
            return _problem(item, Failure.FILE_EMPTY, "empty")
        stream.seek(0)
        if item.path.lower().endswith(".parquet") and stream.read(4) != PARQUET_MAGIC:
            return _problem(item, Failure.FILE_FORMAT, "not a Parquet file")
    return None


def _check_archive(item: CrawlInput) -> LedgerRow | None:
    try:
        with open_file(item.path) as stream:
            if item.kind is InputKind.WACZ:
                is_one, name = is_wacz(stream), "a WACZ"
            else:
                is_one, name = find_layout(stream) is not None, "a WARC or ARC"
            if is_one:
                return None
    except RecordFailed as error:
        return _problem(item, error.outcome, error.detail)
    return _problem(item, Failure.FILE_FORMAT, f"not {name} file")


def _problem(item: CrawlInput, outcome: str, detail: str) -> LedgerRow:
    return LedgerRow(uid=None, url=item.path, stage=Stage.CRAWL, outcome=outcome, detail=detail)
