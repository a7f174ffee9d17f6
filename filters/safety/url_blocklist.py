"""Blocked URLs: lists of domains and URLs, as plain files or in the layout of UT1.

UT1 (Université Toulouse Capitole, CC BY-SA) is a folder a category, with a file `domains` and a
file `urls`. A list of 5 million domains takes 50 MB in each worker, and a look 1 us.
"""

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np

from schemas.errors import UserError
from schemas.outcomes import Reject, Rejection
from schemas.records import Candidate

_FILES = ("domains", "urls")
# `0.0.0.0 domain` of a hosts file, and the marks of plain lists that stand for subdomains.
_BEFORE = re.compile(r"^(?:(?:0\.0\.0\.0|127\.0\.0\.1|::1?)\s+)?(?:https?://)?(?:\|\||\*\.|\.)?")
_MAX_SEGMENTS = 8  # of a path; the longest entries of UT1 have 7


class Listed(NamedTuple):
    """An entry: host, or host and path, and the category or file that has it."""

    entry: str
    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocklist:
    """Hashes of entries in order, and the category of each.

    Attributes:
        hashes: Of `hash`, which differs from process to process: a list stays in its own.
        categories: Index into `names`, by place.
    """

    hashes: "array[int]"
    categories: "array[int]"
    names: tuple[str, ...]

    def find(self, entry: str) -> str | None:
        """Returns the category of an entry, None if it is not listed."""
        wanted = hash(entry)
        place = bisect_left(self.hashes, wanted)
        if place < len(self.hashes) and self.hashes[place] == wanted:
            return self.names[self.categories[place]]
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlBlocklist:
    """Rejects candidates whose image or page is listed; built once a worker, at first use.

    Attributes:
        paths: Files of domains and URLs, or folders in the layout of UT1.
        categories: Of the folders; all if empty.
    """

    paths: tuple[str, ...]
    categories: tuple[str, ...] = ()

    def __call__(self, candidate: Candidate) -> Rejection | None:
        """Returns why `candidate` is rejected, with category and entry, or None to keep it."""
        for url in (candidate.url, candidate.page_url):
            if url and (found := self._find(url)):
                return Rejection(Reject.URL_BLOCKED, f"{found.category}: {found.entry}")
        return None

    def _find(self, url: str) -> Listed | None:
        rest = url.partition("://")[2].lower()
        host, slash, path = rest.partition("/")
        host = host.rpartition("@")[2].partition(":")[0]
        if found := _find_host(self.paths, self.categories, host):
            return found
        has_paths = slash and path and _has_paths(self.paths, self.categories, host)
        return self._find_path(host, path) if has_paths else None

    def _find_path(self, host: str, path: str) -> Listed | None:
        blocklist = load_blocklist(self.paths, self.categories)
        segments = path.partition("?")[0].rstrip("/").split("/")[:_MAX_SEGMENTS]
        for name in _names(host):
            entry = name
            for segment in segments:
                entry = f"{entry}/{segment}"
                if category := blocklist.find(entry):
                    return Listed(entry, category)
        return None


@lru_cache(maxsize=65_536)  # the images of a site stand together
def _find_host(paths: tuple[str, ...], categories: tuple[str, ...], host: str) -> Listed | None:
    """Returns the entry that `host` is under; labels are whole, so `a.com` holds no `ba.com`."""
    blocklist = load_blocklist(paths, categories)
    while "." in host:
        if category := blocklist.find(host):
            return Listed(host, category)
        host = host.partition(".")[2]
    return None


@lru_cache(maxsize=65_536)
def _has_paths(paths: tuple[str, ...], categories: tuple[str, ...], host: str) -> bool:
    """Whether any URL of `host` is listed; of most hosts none is, and their paths need no look."""
    blocklist = load_blocklist(paths, categories)
    return any(blocklist.find(f"{name}/") for name in _names(host))


def _names(host: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((host, host.removeprefix("www."))))


@cache
def load_blocklist(paths: tuple[str, ...], categories: tuple[str, ...] = ()) -> Blocklist:
    """Reads the lists.

    Raises:
        UserError: A file or a category is not there, or nothing is in it.
    """
    files = [file for path in paths for file in find_lists(path, categories)]
    names = tuple(dict.fromkeys(category for category, _ in files))
    parts = [_hashes(file, names.index(category)) for category, file in files]
    hashes = np.concatenate([part for part, _ in parts])
    if not len(hashes):
        raise UserError(f"{', '.join(paths)}: no domain and no URL is in it")
    order = np.argsort(hashes, kind="stable")
    numbers = np.concatenate([part for _, part in parts])
    return Blocklist(
        hashes=array("q", hashes[order].tobytes()),
        categories=array("H", numbers[order].tobytes()),
        names=names,
    )


def find_lists(path: str, categories: tuple[str, ...] = ()) -> list[tuple[str, Path]]:
    """Returns the files of a list with the category of each."""
    root = Path(path)
    if root.is_file():
        return [(root.stem, root)]
    if not root.is_dir():
        raise UserError(f"{path}: no such file or folder of blocked URLs")
    if missing := [name for name in categories if not (root / name).is_dir()]:
        raise UserError(f"{path}: no category {', '.join(missing)}")
    folders = [root / name for name in categories] or [root, *sorted(root.iterdir())]
    found = [(f.name, f / name) for f in folders for name in _FILES if (f / name).is_file()]
    if not found:
        raise UserError(f"{path}: no file `domains` or `urls` in it or in a folder of it")
    return found


def _hashes(file: Path, number: int) -> "tuple[np.ndarray, np.ndarray]":
    with file.open(encoding="utf-8", errors="replace") as lines:
        entries = chain.from_iterable(map(_with_host, read_entries(lines)))
        hashes = np.fromiter(map(hash, entries), np.int64)
    return hashes, np.full(len(hashes), number, np.uint16)


def _with_host(entry: str) -> tuple[str, ...]:
    """Returns the entry; before a URL its host with a slash, which `_has_paths` looks up."""
    host, slash, _ = entry.partition("/")
    return (f"{host}/", entry) if slash else (entry,)


def read_entries(lines: Iterable[str]) -> Iterator[str]:
    """Yields the entries of a list as they are looked up: lower case, without scheme and `www.`."""
    for line in lines:
        entry = line.partition("#")[0].strip().lower()
        if not entry:
            continue
        entry = _BEFORE.sub("", entry, count=1).rstrip("/^.")
        host, slash, path = entry.partition("/")
        yield _ascii_host(host.removeprefix("www.")) + slash + path


def _ascii_host(host: str) -> str:
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode()
    except UnicodeError:  # no host, and so nobody's
        return host
