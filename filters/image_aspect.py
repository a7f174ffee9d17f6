"""Image aspect: banners, rules and strips."""

from dataclasses import dataclass

from schemas.outcomes import Reject
from schemas.records import PoolRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageAspect:
    """Rejects images that are too elongated.

    Attributes:
        max_aspect: Longer over shorter side of the original, inclusive: 3 in DataComp's basic
            filter (arXiv 2304.14108, appendix H) and in COYO-700M.
    """

    max_aspect: float = 3.0

    def __post_init__(self) -> None:
        if self.max_aspect < 1:
            raise ValueError(f"max_aspect must be >= 1, got {self.max_aspect}")

    def __call__(self, pair: PoolRow) -> Reject | None:
        """Returns why `pair` is rejected, or None to keep it."""
        short, long = sorted((pair.original_width or 0, pair.original_height or 0))
        return Reject.IMAGE_TOO_LONG if long > self.max_aspect * short else None
