"""What a shard knows beside its candidates: the earlier round, and what it may spend."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pipeline.download.earlier import Earlier
from schemas.outcomes import Change, Failure, Reject, http_failure
from schemas.records import PoolRow

_GONE = frozenset({http_failure(404), http_failure(410)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One shard's part of a round.

    Attributes:
        pool: Folder of the earlier pool; None if this is the first round.
        earlier: By uid, what the earlier pool knew.
        over: By uid, name of the budget that does not reach to this candidate.
        max_bytes: Of bodies that the shard may fetch.
    """

    pool: str | None = None
    earlier: Mapping[str, Earlier] = field(default_factory=dict)
    over: Mapping[str, str] = field(default_factory=dict)
    max_bytes: int | None = None

    def fingerprint(self) -> list[object]:
        """Returns what of this decides the shard's content."""
        known = [(u, e.sha256, e.stored is not None) for u, e in sorted(self.earlier.items())]
        return [known, sorted(self.over.items()), self.max_bytes]

    def compare(self, row: PoolRow) -> PoolRow:
        """Returns `row` with what became of the picture since the earlier pool.

        Of a picture on the hash list not even the earlier hash is handed on.
        """
        if self.pool is None or row.outcome == Reject.HASH_LIST:
            return row
        earlier = self.earlier.get(row.uid)
        change = find_change(row, earlier)
        if earlier is None or change is Change.SAME:
            return replace(row, change=change)
        return replace(
            row, change=change, earlier_sha256=earlier.sha256, earlier_phash=earlier.phash
        )


FIRST_ROUND = Round()


def find_change(row: PoolRow, earlier: Earlier | None) -> Change | None:
    """Returns what became of a picture; None if this round cannot tell, as after a timeout."""
    if earlier is None:
        return Change.NEW if row.status == "success" else None
    if row.outcome in _GONE:
        return Change.GONE
    if row.sha256 and (row.status == "success" or row.outcome == Failure.HASH_MISMATCH):
        return Change.SAME if row.sha256 == earlier.sha256 else Change.CHANGED
    return None
