"""What decides a query list; the paper's figures are the defaults (arXiv 2103.00020, 2.2)."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from pipeline.queries.bigrams import Score
from pipeline.queries.tokens import Case

Rule = Literal["words", "metaclip", "metaclip2"]  # how texts are matched: `match.py`


@dataclass(frozen=True, kw_only=True)
class ListOptions:
    """Thresholds and sizes of a list; a size of None keeps all that reach the threshold.

    Attributes:
        case: `fold` counts `Photo` as `photo`: CLIP's text encoder sees lower case alone. MetaCLIP
            keeps case.
        min_word_count: Occurrences of a word in Wikipedia, as in the paper.
        min_bigram_count: Occurrences of a pair of words; the paper is silent, this is its limit
            for words. Without one, PMI favours pairs that occur once.
        bigram_score: By which bigrams are ranked and cut off. The paper says "pointwise mutual
            information"; NPMI does not favour the rare.
        min_bigram_score: A bigram must have it; MetaCLIP says PMI 30, which at Wikipedia's size
            only words that occur up to four times reach (docs/queries.md).
        min_views: Of an article's title, in all page view files together; MetaCLIP's figure.
        max_words: MetaCLIP's Table 1 has 251,465, without a limit of its own.
        max_bigrams: MetaCLIP's Table 1; the best by score.
        max_titles: MetaCLIP's Table 1; the most viewed.
        max_chars: Longer queries are left out; MetaCLIP 2's limit.
        numbers: Adds 0 to 99, as MetaCLIP's code does.
    """

    case: Case = "fold"
    min_word_count: int = 100
    min_bigram_count: int = 100
    bigram_score: Score = "npmi"
    min_bigram_score: float | None = None
    min_views: int = 70
    max_words: int | None = None
    max_bigrams: int | None = 100_646
    max_titles: int | None = 61_235
    max_chars: int = 256
    numbers: bool = False

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if name.startswith("min_") and name.endswith(("_count", "_views")) and value < 1:
                raise ValueError(f"{name} must be at least 1, got {value}")
            if name.startswith("max_") and value is not None and value < 0:
                raise ValueError(f"{name} must not be negative, got {value}")

    def to_json(self) -> dict[str, Any]:
        """Returns all of them, for the list's metadata."""
        return asdict(self)
