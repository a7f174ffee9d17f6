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
from pipeline.crawl.folder_contents import look_into
from pipeline.crawl.options import CC_ROOT
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
    PICTURES = "pictures"  # a folder in which pictures have captions beside them
    TAR = "tar"
    HUB = "hub"
    CC_INDEX = "cc_index"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class CrawlInput:
    """One file, or one seed URL.

    Attributes:
        path: Absolute if local; a URL that storage can open; the seed itself for a seed URL;
            `hf:NAME:SPLIT` for a dataset of the hub.
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
    **{f"{suffix}.zst": InputKind.LIST for suffix in _LIST_SUFFIXES},
    ".parquet": InputKind.LIST,
    ".tar": InputKind.TAR,
    ".txt": InputKind.SEEDS,
}
PARQUET_MAGIC = b"PAR1"
_GLOB_SIGNS = frozenset("*?[")
_AS_LIST = "list:"
_AS_INDEX = "cc-index:"
_NO_FILES = (InputKind.PICTURES, InputKind.HUB)


def plan_inputs(
    inputs: Sequence[str], base: str = "", cc_root: str = CC_ROOT
) -> tuple[CrawlInput, ...]:
    """Returns every input once, sorted by path.

    Args:
        inputs: Files, folders (read with their subfolders; files of unknown suffix in them are
            passed), globs (`**` goes into subfolders), `http(s)://` files and seeds, lists of
            archives as Common Crawl publishes them (`*.paths`, `*.paths.gz`), `list:FILE` (a list
            whatever its suffix), `hf:NAME[:SPLIT]` and `cc-index:SOURCE`.
        base: What relative paths are relative to; the working directory if empty.
        cc_root: Where Common Crawl's files lie.

    Raises:
        UserError: An input is missing, empty-handed or of a kind that is not supported.
    """
    if not inputs:
        raise UserError("no input: name archives, URL lists, seed lists, folders or URLs")
    try:
        found = {item for text in inputs for item in _expand(text, base, cc_root)}
    except ImportError as error:  # fsspec's, of a scheme whose package is not there
        raise UserError(
            f"{error}: pip install 'webimagetext[aws]' or 'webimagetext[gcp]'"
        ) from error
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


def _expand(text: str, base: str, cc_root: str) -> Iterator[CrawlInput]:
    if not text.strip():
        raise UserError("an input is empty text: name a file, folder, glob or URL")
    if text.startswith(("http://", "https://")):
        yield from _expand_address(text)
    elif text.startswith("hf:"):
        yield CrawlInput(path=_choose_split(text, base), kind=InputKind.HUB)
    elif text.startswith(_AS_LIST):
        for file in _find_files(_locate(text.removeprefix(_AS_LIST), base)):
            yield CrawlInput(path=file, kind=InputKind.LIST)
    elif text.startswith(_AS_INDEX):
        yield from _expand_index(text.removeprefix(_AS_INDEX), base, cc_root)
    else:
        yield from _expand_path(_locate(text, base))


def _locate(text: str, base: str) -> str:
    if is_remote(text):
        return text
    if is_remote(base) and not os.path.isabs(text):
        return join(base, text)
    return os.path.abspath(os.path.join(base, text))


def _choose_split(address: str, base: str) -> str:
    from pipeline.crawl.pictures.hub import choose_split

    return choose_split(address, base)


def _expand_index(source: str, base: str, cc_root: str) -> Iterator[CrawlInput]:
    from pipeline.crawl.index.cc_crawl import crawl_tables, is_crawl_name, is_index_name

    if is_crawl_name(source):
        files = crawl_tables(source, cc_root, _find_files)
    else:
        path = _locate(source, base)
        files = [file for file in _find_files(path) if file == path or is_index_name(file)]
    if not files:
        raise UserError(f"{_AS_INDEX}{source}: holds no index: .parquet, .cdxj, .cdxj.gz, .cdx")
    for file in files:
        yield CrawlInput(path=file, kind=InputKind.CC_INDEX)


def _find_files(path: str) -> list[str]:
    """Returns the file at `path`, the files below a folder, or those that a glob matches."""
    if path.startswith(("http://", "https://")):
        return [path]  # cannot be listed
    if exists(path):
        return _walk(path) if _is_folder(path) else [path]
    matches = _glob(path) if _GLOB_SIGNS & set(path) else []
    if not matches:
        raise UserError(f"{path}: no such file or folder")
    return [file for match in matches for file in _find_files(match)]


def _expand_address(url: str) -> Iterator[CrawlInput]:
    """A web address is a seed unless its path names a file of data."""
    path = urlsplit(url).path
    kind = _kind_of(path)
    if path.lower().endswith(PATH_LIST_SUFFIXES):
        yield from _expand_path_list(url)
    else:
        is_file = kind in ARCHIVES or kind in {InputKind.LIST, InputKind.TAR}
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
        yield from _expand_folder(path)
    elif path.lower().endswith(PATH_LIST_SUFFIXES):
        yield from _expand_path_list(path)
    elif item := _as_input(path):
        yield item
    else:
        raise _unsupported(path)


def _expand_folder(path: str) -> Iterator[CrawlInput]:
    names = _walk(path)
    contents = look_into(names)
    found = [CrawlInput(path=f, kind=InputKind.PICTURES) for f in contents.captioned]
    found += [item for f in names if f not in contents.taken and (item := _as_input(f))]
    if not found and contents.has_pictures:
        raise UserError(
            f"{path}: the folder holds pictures without captions: give each NAME.jpg a NAME.txt,"
            " or the folder a metadata.csv or metadata.jsonl with the columns file_name and text"
        )
    if not found:
        raise UserError(f"{path}: the folder holds no input; supported: {', '.join(SUFFIXES)}")
    yield from found


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
    if item.kind in _NO_FILES or item.path.startswith(("http://", "https://")):
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
