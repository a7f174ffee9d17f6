"""Shares of letters, digits and symbols: part numbers, prices, rows of stars."""

from dataclasses import dataclass

from filters.characters import count_characters
from schemas.outcomes import Reject
from schemas.records import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class CharacterRatios:
    """Rejects texts that are hardly made of words.

    Shares are of all characters but white space, and do not depend on their order. Measured over
    5,000 captions of CC3M and 5,070 of Multi30k and Flickr30k: see docs/captions.md.

    Attributes:
        min_letters: Inclusive; letters of any script, with their marks.
        max_digits: Inclusive.
        max_symbols: Inclusive; punctuation and symbols, emoji too.
    """

    min_letters: float = 0.5
    max_digits: float = 0.4
    max_symbols: float = 0.3

    def __post_init__(self) -> None:
        for name in ("min_letters", "max_digits", "max_symbols"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must be 0 to 1, got {getattr(self, name)}")

    def __call__(self, candidate: Candidate) -> Reject | None:
        """Returns why `candidate` is rejected, or None to keep it."""
        letters, digits, symbols = count_characters(candidate.text)
        total = letters + digits + symbols
        if digits > self.max_digits * total:
            return Reject.TOO_MANY_DIGITS
        if symbols > self.max_symbols * total:
            return Reject.TOO_MANY_SYMBOLS
        return Reject.TOO_FEW_LETTERS if letters < self.min_letters * total else None
