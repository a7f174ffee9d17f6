"""Images of text alone and screenshots: hard edges between few grey levels."""

from dataclasses import dataclass

from schemas.outcomes import Reject, Rejection
from schemas.records import PoolRow

# In bits. Of 312 photos none has less than 3.5; of 41 products on white 8 have, and their edges
# are soft (docs/image-filters.md).
MAX_TEXT_ENTROPY = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TextImage:
    """Rejects images of text; one whose measures are not known passes.

    Attributes:
        max_edge_ratio: Of what is not flat, the share of hard edges, inclusive. At 0.3 none of 353
            photos goes, 86 % of screenshots and 81 % of rendered captions do.
        max_text_entropy: Bits, inclusive; what has more is no image of text.
    """

    max_edge_ratio: float
    max_text_entropy: float = MAX_TEXT_ENTROPY

    def __post_init__(self) -> None:
        if not 0 <= self.max_edge_ratio <= 1:
            raise ValueError(f"max_edge_ratio must be 0 to 1, got {self.max_edge_ratio}")
        if not 0 <= self.max_text_entropy <= 8:
            raise ValueError(f"max_text_entropy must be 0 to 8, got {self.max_text_entropy}")

    def __call__(self, pair: PoolRow) -> Rejection | None:
        """Returns why `pair` is rejected, or None to keep it."""
        if pair.edge_ratio is None or pair.entropy is None:
            return None
        if pair.edge_ratio <= self.max_edge_ratio or pair.entropy > self.max_text_entropy:
            return None
        detail = f"edge ratio {pair.edge_ratio:.2f}, entropy {pair.entropy:.2f}"
        return Rejection(Reject.IMAGE_OF_TEXT, detail)
