"""Repetition of words and of stretches of characters: keyword stuffing and stuttering templates.

Gopher's rules (arXiv 2112.11446, A1.1) and data-juicer's character_repetition_filter are for
documents; the measures are theirs, the limits are measured on captions (docs/captions.md).
"""

from dataclasses import dataclass

from schemas.outcomes import Reject, Rejection
from schemas.records import Candidate

_MAX_CHARS = 2_000  # what is looked at: a text that repeats itself has done so by then
_LONG_WORD = 15  # characters on average, the space included


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition:
    """Rejects texts that say the same again.

    Attributes:
        max_words: Share of the words that are repeats of an earlier one, inclusive.
        max_grams: Share of the runs of `gram_chars` characters that are repeats, inclusive. Asked
            where a word is repeated, and where words are long: scripts without spaces.
        gram_chars: Characters of a run; data-juicer has 10.
    """

    max_words: float = 0.45
    max_grams: float = 0.35
    gram_chars: int = 10

    def __post_init__(self) -> None:
        for name in ("max_words", "max_grams"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must be 0 to 1, got {getattr(self, name)}")
        if self.gram_chars < 1:
            raise ValueError(f"gram_chars must be >= 1, got {self.gram_chars}")

    def __call__(self, candidate: Candidate) -> Rejection | None:
        """Returns why `candidate` is rejected, or None to keep it."""
        text = candidate.text[:_MAX_CHARS].casefold()
        words = text.split()
        repeated = len(words) - len(set(words))
        if repeated > self.max_words * len(words):
            return Rejection(Reject.REPETITION, "words")
        # Counting runs takes ten times as long, and finds much only where this holds.
        is_open = repeated or len(text) > _LONG_WORD * len(words)
        if is_open and repeated_grams(text, self.gram_chars) > self.max_grams:
            return Rejection(Reject.REPETITION, "characters")
        return None


def repeated_grams(text: str, size: int) -> float:
    """Returns the share of runs of `size` characters that an earlier one is equal to."""
    count = len(text) - size + 1
    if count < 2:
        return 0.0
    return 1 - len({text[start : start + size] for start in range(count)}) / count
