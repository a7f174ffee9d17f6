"""A record of an archive as the formats have it in common."""

from datetime import datetime
from typing import Protocol


class Frame(Protocol):
    """A record whose block is not read yet.

    Attributes:
        offset: Of the record, or of the member that begins with it.
        length: Bytes of the block.
        passed: Bytes of the block that were read or passed over.
    """

    offset: int
    length: int
    passed: int

    @property
    def kind(self) -> str:
        """`response`, `resource`, `metadata`, or an empty text for what is of no use."""

    def read(self, size: int) -> bytes:
        """Returns up to `size` bytes of the block."""

    def skip(self) -> None:
        """Passes over the rest of the block."""

    def header(self, name: str) -> str | None:
        """Returns a field of the WARC header."""

    def date(self) -> datetime | None:
        """When it was fetched, UTC."""


class BrokenFrame(Exception):
    """The reader cannot go on; what and where is for `pipeline.archives.damage` to say."""
