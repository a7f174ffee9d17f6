"""Overlap against Clean within classes: what is left of a difference when the class mix is equal.

The CLIP paper compares the splits as they are, although Overlap and Clean differ in their classes
(arXiv 2103.00020, section 5). Here the marks of overlap are permuted within each class. The number
of correct overlapping images is then a sum of hypergeometric counts, so the test is exact and needs
no random permutations.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """The images of one class that a model answered."""

    overlap: int
    overlap_correct: int
    clean: int
    clean_correct: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StratifiedTest:
    """What the classes that have both kinds of images say.

    Attributes:
        difference: Overlap - Clean accuracy, mean over classes by Mantel and Haenszel's weights;
            None where no class has both.
        p_value: One-tailed, of as many correct overlapping images or more.
    """

    difference: float | None
    p_value: float | None


def stratified_test(strata: Sequence[Stratum]) -> StratifiedTest:
    """Returns the exact one-tailed permutation test over classes."""
    both = [stratum for stratum in strata if stratum.overlap and stratum.clean]
    if not both:
        return StratifiedTest(difference=None, p_value=None)
    weights = [s.overlap * s.clean / (s.overlap + s.clean) for s in both]
    gaps = [s.overlap_correct / s.overlap - s.clean_correct / s.clean for s in both]
    difference = sum(w * g for w, g in zip(weights, gaps, strict=True)) / sum(weights)
    return StratifiedTest(difference=difference, p_value=_p_value(both))


def _p_value(strata: Sequence[Stratum]) -> float:
    from scipy.stats import hypergeom

    chances = np.ones(1)  # of the sum's values, 0 upward
    for s in strata:
        correct = s.overlap_correct + s.clean_correct
        counts = np.arange(s.overlap + 1)
        chances = np.convolve(
            chances, hypergeom.pmf(counts, s.overlap + s.clean, correct, s.overlap)
        )
    observed = sum(s.overlap_correct for s in strata)
    return min(1.0, float(chances[observed:].sum()))
