"""Entropy of a text's characters: keys held down, lines of one sign (Shannon 1948)."""

import math
from dataclasses import dataclass

from schemas.outcomes import Reject
from schemas.records import Candidate

_MAX_CHARS = 2_000  # what is looked at
_SHARE = 0.4  # of the bits that a text of its length can have


@dataclass(frozen=True, slots=True, kw_only=True)
class TextEntropy:
    """Rejects texts that use few different characters, whatever their order.

    Attributes:
        min_bits: A character, inclusive. A text of n characters has log2(n) bits at most, so short
            ones are judged by their own limit: the lower of this and 0.4 of that. Both are under
            every caption of CC3M, Multi30k and Flickr30k (measured: docs/captions.md).
    """

    min_bits: float = 2.5

    def __post_init__(self) -> None:
        if self.min_bits < 0:
            raise ValueError(f"min_bits must be >= 0, got {self.min_bits}")

    def __call__(self, candidate: Candidate) -> Reject | None:
        """Returns why `candidate` is rejected, or None to keep it."""
        text = candidate.text[:_MAX_CHARS]
        if not text:
            return None
        limit = min(self.min_bits, _SHARE * math.log2(len(text)))
        kinds = set(text)
        if _least_entropy(len(text), len(kinds)) >= limit:
            return None  # most short texts end here
        return Reject.LOW_ENTROPY if entropy(text) < limit else None


def entropy(text: str) -> float:
    """Returns the bits a character of a text that is not empty."""
    size = len(text)
    counted = map(text.count, set(text))  # for captions faster than Counter (measured: 3 times)
    return math.log2(size) - math.fsum(map(_BITS.__getitem__, counted)) / size


def _least_entropy(size: int, kinds: int) -> float:
    """Returns the least bits that so many kinds can have: one takes all that it may."""
    most = size - kinds + 1
    return math.log2(size) - _BITS[most] / size


# n log n of all counts that a text can have; 0 is there to be counted from.
_BITS = (0.0, *(n * math.log2(n) for n in range(1, _MAX_CHARS + 1)))
