"""What came for a URL before anybody looked into it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from pipeline.download.earlier import Earlier
from pipeline.web.validators import NO_VALIDATORS, NOT_MODIFIED, Validators


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """An image's bytes, where they came from, and what was said there about their use.

    Attributes:
        size: Of the whole picture; a 304 has it and no data.
        note: What is to be known about how they came.
    """

    data: bytes
    size: int | None
    signals: tuple[str, ...]
    http_status: int | None
    final_url: str
    fetched_at: datetime | None
    validators: Validators = NO_VALIDATORS
    note: str = ""

    @property
    def is_unchanged(self) -> bool:
        """Whether the host says that the earlier picture still is the one."""
        return self.http_status == NOT_MODIFIED

    def standing_for(self, earlier: Earlier) -> Self:
        """Returns this 304 with all that it leaves as it was (RFC 9111, 4.3.4)."""
        assert earlier.stored
        return replace(
            self,
            size=earlier.stored.bytes,
            signals=tuple(sorted({*self.signals, *earlier.signals()})),
            validators=Validators(
                self.validators.etag or earlier.stored.etag,
                self.validators.last_modified or earlier.stored.last_modified,
            ),
        )

    def provenance(self) -> dict[str, Any]:
        """Returns what a pool row says of it."""
        return {
            "http_status": self.http_status,
            "final_url": self.final_url,
            "fetched_at": self.fetched_at,
            "bytes": self.size,
            "opt_out": self.signals,
        }
