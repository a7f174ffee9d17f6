"""What a crawl keeps of a URL: where it stands, what it turned out to be, and of its host."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import Enum, IntEnum, StrEnum

from pipeline.crawl.seeds.scope import host_of, seen_key


class Kind(IntEnum):
    """What is expected at a URL."""

    PAGE = 0
    SITEMAP = 1


class State(IntEnum):
    """Where a URL is on its way."""

    WAITING = 0
    DONE = 1
    LEFT = 2


class Standing(Enum):
    """Of a URL that a page names."""

    NEW = "new"
    LET_IN = "let_in"


class What(StrEnum):
    """What a URL turned out to be."""

    PAGE = "page"  # stored in full
    NOT_MODIFIED = "not_modified"  # a page that the earlier crawl has stored
    SAME_PAYLOAD = "same_payload"  # as a page before it in its folder: a revisit record
    COPY = "copy"  # of a page in another folder: stored, for its relative URLs lead elsewhere
    CANONICAL = "canonical"  # another form of a page that is stored
    REDIRECT = "redirect"
    SITEMAP = "sitemap"
    NO_SITEMAP = "no_sitemap"
    DROPPED = "dropped"  # refused or failed: a row of the ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A URL that waits.

    Attributes:
        depth: Links from a seed.
        hops: Redirects that led here.
    """

    id: int
    url: str
    depth: int
    kind: Kind
    hops: int

    @property
    def host(self) -> str:
        """Host and port."""
        return host_of(self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of a URL.

    Attributes:
        outcome: The ledger's, for what was dropped.
        target: Where a redirect leads.
        digest: Of the payload.
        canonical: The URL that all forms of a page share.
        date: The record's WARC-Date.
        file: The archive, its offset and length those of the response record.
    """

    what: What
    outcome: str | None = None
    detail: str | None = None
    target: str | None = None
    etag: str | None = None
    modified: str | None = None
    digest: str | None = None
    canonical: str | None = None
    date: str | None = None
    record_id: str | None = None
    file: str | None = None
    offset: int | None = None
    length: int | None = None


@dataclass(slots=True, kw_only=True)
class HostState:
    """What a crawl remembers of a host.

    Attributes:
        added: Pages that were let in.
        failures: URLs in a row that failed as a host does.
    """

    host: str
    added: int = 0
    failures: int = 0


RESULT_NAMES = tuple(field.name for field in fields(Result))


def to_result(row: Sequence[object]) -> Result:
    """Returns what a row of `RESULT_NAMES` says."""
    values = dict(zip(RESULT_NAMES, row, strict=True))
    return Result(**{**values, "what": What(str(values["what"]))})  # type: ignore[arg-type]


def key_of(url: str) -> bytes:
    """Returns what all forms of a URL share: a hash, for a small index."""
    return hashlib.blake2b(seen_key(url).encode(), digest_size=16).digest()
