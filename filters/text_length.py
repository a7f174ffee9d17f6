"""Text length: DataComp's basic filter and COYO-700M's upper limit."""

from dataclasses import dataclass

from schemas.outcomes import Reject
from schemas.records import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLength:
    """Rejects texts that are too short to say something, or no caption any more.

    Attributes:
        min_chars: Inclusive. DataComp's basic filter keeps more than 5 characters
            (arXiv 2304.14108, appendix H; baselines/apply_filter.py), as COYO-700M does.
        max_chars: Inclusive. COYO-700M keeps up to 1,000.
    """

    min_chars: int = 6
    max_chars: int = 1000

    def __post_init__(self) -> None:
        if not 0 <= self.min_chars <= self.max_chars:
            raise ValueError(
                f"min_chars must be 0 to max_chars ({self.max_chars}), got {self.min_chars}"
            )

    def __call__(self, candidate: Candidate) -> Reject | None:
        """Returns why `candidate` is rejected, or None to keep it."""
        if len(candidate.text) < self.min_chars:
            return Reject.TEXT_TOO_SHORT
        return Reject.TEXT_TOO_LONG if len(candidate.text) > self.max_chars else None
