"""Overlap corrected for what the detector misses and takes for copies (Rogan and Gladen, 1978).

Found = true * recall + (1 - true) * false positives. The interval melds the exact ones of all
three rates (Fay, Proschan, Brittain 2015; Bayer, Fay, Graubard 2023), so that it carries what a
calibration of finite size does not know. Its coverage is measured in benchmarks/.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.contamination.statistics import CONFIDENCE

Points = NDArray[np.float64]
# Points of the melding: with 4,096 the ends move by less than 1 % of the width.
_POINTS = 4096
# Steps of the R3 sequence: powers of the root of x^4 = x + 1, evenly spread in three dimensions.
_STEPS = 1.2207440846057596 ** -np.arange(1.0, 4.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorRates:
    """What was measured of a detector.

    Attributes:
        found: Planted copies that it found, of `planted`.
        hits: Pictures without a copy in the pool that it took for one, of `queries`.
    """

    found: int
    planted: int
    hits: int
    queries: int

    def __post_init__(self) -> None:
        for name, part, whole in (
            ("recall", self.found, self.planted),
            ("false positives", self.hits, self.queries),
        ):
            if whole < 1 or not 0 <= part <= whole:
                raise ValueError(f"{name} must be a count of a larger one, got {part} of {whole}")

    @property
    def recall(self) -> float:
        """Share of copies that are found."""
        return self.found / self.planted

    @property
    def false_positive_rate(self) -> float:
        """Share of pictures without a copy that are taken for one."""
        return self.hits / self.queries


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedRate:
    """The rate that is there, with the interval of its confidence.

    Attributes:
        rate: None where the detector finds copies no oftener than others: then nothing is known.
    """

    rate: float | None
    low: float
    high: float


def correct_overlap(
    overlap: int, images: int, calibration: DetectorRates, confidence: float = CONFIDENCE
) -> CorrectedRate:
    """Returns the corrected rate; deterministic, no random numbers.

    Args:
        overlap: Images found, of `images`.
        images: Images looked for.
        calibration: Of the detector at the threshold that was used.
        confidence: Of the interval, 0 to 1, exclusive.
    """
    recall, false = calibration.recall, calibration.false_positive_rate
    if not images or recall <= false:
        return CorrectedRate(rate=None, low=0.0, high=1.0)
    rate = (overlap / images - false) / (recall - false)
    tail = (1 - confidence) / 2
    low = np.quantile(_melded(overlap, images, calibration, upper=False), tail)
    high = np.quantile(_melded(overlap, images, calibration, upper=True), 1 - tail)
    return CorrectedRate(rate=min(1.0, max(0.0, rate)), low=float(low), high=float(high))


def _melded(overlap: int, images: int, calibration: DetectorRates, *, upper: bool) -> Points:
    """Draws true rates, each of the three rates from the side that moves them to one end."""
    ticks = np.arange(1.0, _POINTS + 1)[:, None]
    uniform = (0.5 + ticks * _STEPS) % 1
    found = _limit(uniform[:, 0], overlap, images, upper=upper)
    recall = _limit(uniform[:, 1], calibration.found, calibration.planted, upper=not upper)
    false = _limit(uniform[:, 2], calibration.hits, calibration.queries, upper=not upper)
    gap = recall - false
    known = gap > 0
    rates = np.full(_POINTS, 1.0 if upper else 0.0)
    rates[known] = (found[known] - false[known]) / gap[known]
    clipped: Points = np.clip(rates, 0, 1)
    return clipped


def _limit(uniform: Points, part: int, whole: int, *, upper: bool) -> Points:
    """Draws from the confidence distribution whose quantiles are Clopper-Pearson limits."""
    from scipy.special import betaincinv  # a second to import, and workers that crawl need it not

    a, b = (part + 1, whole - part) if upper else (part, whole - part + 1)
    if a == 0 or b == 0:
        return np.full(len(uniform), float(b == 0))
    limits: Points = betaincinv(a, b, uniform)
    return limits
