"""Flat images: one colour, a gradient, a placeholder."""

from dataclasses import dataclass

from schemas.outcomes import Reject, Rejection
from schemas.records import PoolRow


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatImage:
    """Rejects images with hardly any grey levels; one whose entropy is not known passes.

    Attributes:
        min_entropy: Bits, inclusive. Of 353 photos, those of products on white among them, none
            is below 1, and of 65 screenshots 26 are (docs/image-filters.md).
    """

    min_entropy: float

    def __post_init__(self) -> None:
        if not 0 <= self.min_entropy <= 8:
            raise ValueError(f"min_entropy must be 0 to 8, got {self.min_entropy}")

    def __call__(self, pair: PoolRow) -> Rejection | None:
        """Returns why `pair` is rejected, or None to keep it."""
        if pair.entropy is None or pair.entropy >= self.min_entropy:
            return None
        return Rejection(Reject.IMAGE_FLAT, f"entropy {pair.entropy:.2f}")
