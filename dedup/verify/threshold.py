"""Chooses the score from which an alignment is a match, from scores of what cannot be one.

The scores are the best of each of some pictures that have no copy in the pool: photographic
negatives of a benchmark. Clopper-Pearson bounds; a tail that is exponential beyond what was seen
(Pickands 1975: the tail of a bounded excess; 0 is its shape where nothing better is known).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Final

import numpy as np

CONFIDENCE: Final = 0.95
STEP: Final = 0.0001  # scores have four digits
MAX_SCORE: Final = 0.99  # beyond it no copy that was written anew would be found
_TAIL: Final = 0.05  # of the scores, to which the exponential is fitted


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
        if bound <= max_rate:
            return Threshold(
                min_score=min(MAX_SCORE, round(float(ordered[allowed]) + STEP, 4)),
                false_rate=allowed / len(ordered) * growth,
                upper=bound,
                is_extrapolated=False,
            )
    return _from_tail(ordered, max_rate / growth, growth)


def judge_threshold(scores: Sequence[float], min_score: float, growth: float = 1.0) -> Threshold:
    """Returns what a score that was chosen elsewhere costs; see `choose_threshold`."""
    count = int((np.asarray(scores) >= min_score).sum())
    return Threshold(
        min_score=min_score,
        false_rate=count / max(1, len(scores)) * growth,
        upper=_upper(count, len(scores)) * growth,
        is_extrapolated=False,
    )


def _from_tail(ordered: "np.typing.NDArray[np.float64]", rate: float, growth: float) -> Threshold:
    count = max(1, int(_TAIL * len(ordered)))
    start = float(ordered[count - 1]) if len(ordered) else 0.0
    excess = max(float(np.mean(ordered[:count] - start)), STEP) if len(ordered) else STEP
    score = start + excess * log(max(1.0, _TAIL / rate))
    min_score = min(MAX_SCORE, round(score, 4))
    found = _TAIL * float(np.exp(-(min_score - start) / excess)) * growth
    return Threshold(min_score=min_score, false_rate=found, upper=found, is_extrapolated=True)


def _upper(count: int, total: int) -> float:
    from scipy.stats import beta  # a second to import, and no worker needs it

    return 1.0 if count >= total else float(beta.ppf(CONFIDENCE, count + 1, total - count))
