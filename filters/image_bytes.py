"""Image bytes: files too small to hold a picture, whatever their pixels."""

from dataclasses import dataclass

from schemas.outcomes import Reject, Rejection
from schemas.records import PoolRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageBytes:
    """Rejects images by the size of their file; one whose size is not known passes.

    Attributes:
        min_bytes: Of the original file, inclusive: 5,000 in LAION-400M (arXiv 2111.02114,
            section 2: images below 5 kB are dropped) and in COYO-700M.
    """

    min_bytes: int

    def __post_init__(self) -> None:
        if self.min_bytes < 0:
            raise ValueError(f"min_bytes must be >= 0, got {self.min_bytes}")

    def __call__(self, pair: PoolRow) -> Rejection | None:
        """Returns why `pair` is rejected, or None to keep it."""
        if pair.bytes is None or pair.bytes >= self.min_bytes:
            return None
        return Rejection(Reject.IMAGE_FEW_BYTES, f"{pair.bytes} bytes")
