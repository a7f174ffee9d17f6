"""Toxic texts, by a fastText classifier that the recipe names: a score on the record, then a limit.

Any supervised model will do, such as those that Dolma (arXiv 2402.00159) trained on the Jigsaw
comments. The score stays on the record, so that the limit can change without a new run.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from filters.fasttext_model import predict_label
from schemas.outcomes import Reject, Rejection
from schemas.records import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreToxicity:
    """Notes how probable a label is for each text.

    Attributes:
        model: Path of a supervised fastText model.
        label: Without `__label__`.
    """

    model: str
    label: str = "toxic"

    def __call__(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Returns the candidates with their scores; a few hundred at once are fast."""
        texts = [candidate.text for candidate in candidates]
        scores = predict_label(self.model, texts, self.label)
        return [
            replace(candidate, toxicity=score)
            for candidate, score in zip(candidates, scores, strict=True)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Toxicity:
    """Rejects texts whose score is over the limit; one without a score passes.

    Attributes:
        max_score: Inclusive. 0.5 is where the model itself changes sides; each model is calibrated
            in its own way, so look at what it drops before it runs.
    """

    max_score: float = 0.5

    def __post_init__(self) -> None:
        if not 0 <= self.max_score <= 1:
            raise ValueError(f"max_score must be 0 to 1, got {self.max_score}")

    def __call__(self, candidate: Candidate) -> Rejection | None:
        """Returns why `candidate` is rejected, or None to keep it."""
        score = candidate.toxicity
        if score is None or score <= self.max_score:
            return None
        return Rejection(Reject.TOXIC, f"{score:.2f}")
