"""Scores within limits: what a scoring pass wrote on the rows, judged without a model."""

from dataclasses import dataclass

from schemas.outcomes import Reject, Rejection
from schemas.records import PoolRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRange:
    """Rejects pairs whose score is out of range, and pairs that have none.

    Attributes:
        column: Of the row; the reason of the same name is what the ledger says.
        minimum: Inclusive. LAION-400M kept CLIP scores of ViT-B/32 from 0.3 (arXiv 2111.02114),
            LAION-2B-en from 0.28 (arXiv 2210.08402), LAION-Aesthetics scores from 4.5 up.
        maximum: Inclusive.
    """

    column: str
    minimum: float | None = None
    maximum: float | None = None

    def __post_init__(self) -> None:
        if self.minimum is None and self.maximum is None:
            raise ValueError(f"{self.column}: needs a minimum or a maximum")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError(
                f"{self.column}: minimum {self.minimum} is above maximum {self.maximum}"
            )

    def __call__(self, pair: PoolRow) -> Rejection | None:
        """Returns why `pair` is rejected, or None to keep it."""
        score = getattr(pair, self.column)
        if score is None:  # a limit on what is not known, such as safety, must not let it through
            return Rejection(Reject(self.column), "not scored")
        is_low = self.minimum is not None and score < self.minimum
        is_high = self.maximum is not None and score > self.maximum
        # Two digits: the last ones of a score differ between processors.
        return Rejection(Reject(self.column), f"{score:.2f}") if is_low or is_high else None
