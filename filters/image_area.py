"""Image area: pixels of the original."""

from dataclasses import dataclass

from schemas.outcomes import Reject, Rejection
from schemas.records import PoolRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageArea:
    """Rejects images with few pixels.

    Attributes:
        min_area_px: Width times height of the original, inclusive.
    """

    min_area_px: int

    def __post_init__(self) -> None:
        if self.min_area_px < 1:
            raise ValueError(f"min_area_px must be >= 1, got {self.min_area_px}")

    def __call__(self, pair: PoolRow) -> Rejection | None:
        """Returns why `pair` is rejected, or None to keep it."""
        width, height = pair.original_width or 0, pair.original_height or 0
        if width * height >= self.min_area_px:
            return None
        return Rejection(Reject.IMAGE_TOO_SMALL, f"{width}x{height}")
