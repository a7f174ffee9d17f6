"""Blurred images, and thumbnails that somebody scaled up."""

from dataclasses import dataclass

from schemas.outcomes import Reject, Rejection
from schemas.records import PoolRow


@dataclass(frozen=True, slots=True, kw_only=True)
class BlurredImage:
    """Rejects images without a sharp place; one whose sharpness is not known passes.

    Attributes:
        min_sharpness: Variance of the Laplacian at 256 px, inclusive. At 20 none of 353 photos
            goes, and of the same photos scaled up from 48 px 95 % (docs/image-filters.md).
    """

    min_sharpness: float

    def __post_init__(self) -> None:
        if self.min_sharpness < 0:
            raise ValueError(f"min_sharpness must be >= 0, got {self.min_sharpness}")

    def __call__(self, pair: PoolRow) -> Rejection | None:
        """Returns why `pair` is rejected, or None to keep it."""
        if pair.sharpness is None or pair.sharpness >= self.min_sharpness:
            return None
        return Rejection(Reject.IMAGE_BLURRED, f"sharpness {pair.sharpness:.1f}")
