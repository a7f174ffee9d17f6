"""A page as it came from an archive or a host, before anything is read out of it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The bytes of one HTML page and where they came from.

    Attributes:
        url: Absolute, from `schemas.uid.resolve_url`; after redirects.
        body: Content and transfer encodings are undone; the charset is not.
        charset: As the HTTP header says, not checked; None if it says nothing.
        headers: HTTP response headers in their order, repeated ones repeated.
        source: The archive or the seed.
        source_offset: Byte offset of the record in `source`, for an archive.
        fetched_at: UTC.
        opt_out: Signals of the page's whole site, which its crawler saw and put down.
    """

    url: str
    body: bytes
    charset: str | None
    headers: tuple[tuple[str, str], ...]
    source: str
    source_offset: int | None
    fetched_at: datetime | None
    opt_out: tuple[str, ...] = ()
