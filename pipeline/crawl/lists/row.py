"""A row of a list, as its format's reader hands it on."""

from dataclasses import dataclass
from typing import Any

from schemas.outcomes import Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenRow:
    """A row that cannot be read; the next one can."""

    why: str
    outcome: Failure = Failure.ROW


Row = dict[str, Any] | BrokenRow
