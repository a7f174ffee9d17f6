"""Chooses the score from which an alignment is a match, from scores of what cannot be one.

The scores are the best of each of some pictures that have no copy in the pool: photographic
negatives of a benchmark. Clopper-Pearson bounds; a tail that is exponential beyond what was seen
(Pickands 1975: the tail of a bounded excess; 0 is its shape where nothing better is known).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Final

import numpy as np

CONFIDENCE: Final = 0.95
STEP: Final = 0.0001  # scores have four digits
MAX_SCORE: Final = 0.99  # beyond it no copy that was written anew would be found
# Below it no pair is taken for a copy, however little a pool holds: the known copies of CIFAR-10
# score at least .75 (docs/decisions/0015).
LEAST_SCORE: Final = 0.7
# Of the scores, to which the exponential is fitted: lighter than it further up, they make a fit to
# more of them too heavy (benchmarks/contamination_sizes.py); and how many are enough for a mean.
_TAIL: Final = 0.01
_ENOUGH: Final = 25
# Mean excess of the highest 1 % of CIFAR-10's negatives in 5,000 to 50,000 pictures, measured. It
# stands for as many scores as ten, so that few scores do not make a tail of their own.
_USUAL_EXCESS: Final = 0.02
_USUAL_WEIGHT: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A least score.

    Attributes:
        false_rate: Share of pictures that would be found by mistake; `upper` is its upper bound.
        is_extrapolated: Whether no count stands behind the rates, but the model of the tail.
    """

    min_score: float
    false_rate: float
    upper: float
    is_extrapolated: bool


def choose_threshold(scores: Sequence[float], max_rate: float, growth: float = 1.0) -> Threshold:
    """Returns the least score at which the rate is surely, at 95 %, below `max_rate`.

    Args:
        scores: Best scores of pictures without a copy; -1 where nothing was proposed.
        max_rate: Share of pictures that may be found by mistake.
        growth: How many times as large the real pool is as the one the scores come from.
    """
    ordered = np.sort(np.asarray(scores, np.float64))[::-1]
    for allowed in range(len(ordered) - 1, -1, -1):
        bound = _upper(allowed, len(ordered)) * growth
        if bound <= max_rate and float(ordered[allowed]) + STEP < LEAST_SCORE:
            return judge_threshold(scores, LEAST_SCORE, growth)
        if bound <= max_rate:
            return Threshold(
                min_score=min(MAX_SCORE, round(float(ordered[allowed]) + STEP, 4)),
                false_rate=allowed / len(ordered) * growth,
                upper=bound,
                is_extrapolated=False,
            )
    return _from_tail(scores, max_rate / growth, growth)


def judge_threshold(scores: Sequence[float], min_score: float, growth: float = 1.0) -> Threshold:
    """Returns what a score that was chosen elsewhere costs; see `choose_threshold`."""
    count = int((np.asarray(scores) >= min_score).sum())
    return Threshold(
        min_score=min_score,
        false_rate=count / max(1, len(scores)) * growth,
        upper=_upper(count, len(scores)) * growth,
        is_extrapolated=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """The exponential that stands for the largest scores.

    Attributes:
        start: Score from which it holds: `share` of all are above.
        excess: Mean excess of those.
        share: Of the scores, 0 to 1.
    """

    start: float
    excess: float
    share: float

    def rate_above(self, score: float) -> float:
        """Returns the share of scores above `score`, which is not below `start`."""
        return self.share * exp(-(score - self.start) / self.excess)

    def score_at(self, rate: float) -> float:
        """Returns the score that the share `rate` is above."""
        return self.start + self.excess * log(max(1.0, self.share / rate))


def fit_tail(scores: Sequence[float]) -> Tail:
    """Returns the tail of scores, in any order; of those that something was proposed for."""
    ordered = np.sort(np.asarray(scores, np.float64))[::-1]
    count = min(max(_ENOUGH, int(_TAIL * len(ordered))), int((ordered > -1).sum()))
    if not count:
        return Tail(start=LEAST_SCORE, excess=_USUAL_EXCESS, share=1 / max(1, len(ordered)))
    start = float(ordered[count - 1])
    over = float(np.sum(ordered[:count] - start))
    excess = (over + _USUAL_WEIGHT * _USUAL_EXCESS) / (count + _USUAL_WEIGHT)
    return Tail(start=start, excess=excess, share=count / len(ordered))


def _from_tail(scores: Sequence[float], rate: float, growth: float) -> Threshold:
    tail = fit_tail(scores)
    min_score = min(MAX_SCORE, max(LEAST_SCORE, round(tail.score_at(rate), 4)))
    found = tail.rate_above(min_score) * growth
    return Threshold(min_score=min_score, false_rate=found, upper=found, is_extrapolated=True)


def _upper(count: int, total: int) -> float:
    from scipy.stats import beta  # a second to import, and no worker needs it

    return 1.0 if count >= total else float(beta.ppf(CONFIDENCE, count + 1, total - count))
