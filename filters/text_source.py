"""Text source: the places of a page whose texts are captions to us."""

from dataclasses import dataclass

from schemas.outcomes import Reject
from schemas.records import Candidate, TextSource


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSourceAllowed:
    """Rejects candidates whose text comes from another place.

    Attributes:
        sources: Places to keep.
    """

    sources: frozenset[TextSource]

    def __post_init__(self) -> None:
        if not self.sources:
            raise ValueError("sources must name at least one place")

    def __call__(self, candidate: Candidate) -> Reject | None:
        """Returns why `candidate` is rejected, or None to keep it."""
        return None if candidate.text_source in self.sources else Reject.TEXT_SOURCE
