"""How much more often two words stand side by side than chance would have it.

PMI as NLTK's `BigramAssocMeasures.pmi` has it, log2(n_xy * N / (n_x * n_y)), is largest for pairs
of words that occur only together and only a few times; normalised by -log2(n_xy / N) it lies in
[-1, 1] and does not favour the rare (Bouma 2009, Normalized (Pointwise) Mutual Information in
Collocation Extraction).
"""

import math
from typing import Literal

Score = Literal["pmi", "npmi"]


def pmi(together: int, first: int, second: int, total: int) -> float:
    """Returns the pointwise mutual information in bits.

    Args:
        together: Occurrences of the pair.
        first: Occurrences of its first word.
        second: Occurrences of its second word.
        total: Words of the text.
    """
    return math.log2(together * total / (first * second))


def npmi(together: int, first: int, second: int, total: int) -> float:
    """Returns the normalised PMI: 1 for words that occur only together, 0 for independent ones."""
    if together == total:  # the text is this pair alone
        return 1.0
    return pmi(together, first, second, total) / -math.log2(together / total)
