"""Image size: too small to carry content."""

from dataclasses import dataclass

from schemas.outcomes import Reject
from schemas.records import PoolRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSize:
    """Rejects images with a short shorter side.

    Attributes:
        min_side_px: Of the original, inclusive. DataComp's basic filter and COYO-700M keep 200 and
            more; our default of 64 only takes icons and spacers away.
    """

    min_side_px: int = 64

    def __post_init__(self) -> None:
        if self.min_side_px < 1:
            raise ValueError(f"min_side_px must be >= 1, got {self.min_side_px}")

    def __call__(self, pair: PoolRow) -> Reject | None:
        """Returns why `pair` is rejected, or None to keep it."""
        short = min(pair.original_width or 0, pair.original_height or 0)
        return Reject.IMAGE_TOO_SMALL if short < self.min_side_px else None
