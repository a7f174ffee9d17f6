"""Overlap rates and their intervals, as in section 5 of the CLIP paper (arXiv 2103.00020).

The paper gives rates without intervals and 99.5 % Clopper-Pearson intervals on accuracies; here the
rates have theirs. An interval is sampling error only: it knows nothing of what a hash cannot find.
"""

from collections.abc import Sequence
from statistics import fmean, median

CONFIDENCE = 0.95


def overlap_interval(
    overlap: int, images: int, confidence: float = CONFIDENCE
) -> tuple[float, float]:
    """Returns the Clopper-Pearson interval of a rate, two-sided.

    For 0 of 1,000 images it is (0, 0.0037): nothing found is not nothing there.

    Args:
        overlap: Images found, 0 to `images`.
        images: Images looked for; with none nothing is known, and the interval is (0, 1).
        confidence: 0 to 1, exclusive.

    Raises:
        ValueError: More found than looked for, or a negative count.
    """
    if not 0 <= overlap <= images:
        raise ValueError(f"overlap must be 0 to {images}, the number of images, got {overlap}")
    if images == 0:
        return 0.0, 1.0
    from scipy.stats import binomtest  # a second to import, and no worker that crawls needs it

    interval = binomtest(overlap, images).proportion_ci(confidence_level=confidence, method="exact")
    return float(interval.low), float(interval.high)


def overlap_rate(overlap: int, images: int) -> float:
    """Returns the share of images that were found; 0 where there are none."""
    return overlap / images if images else 0.0


def median_rate(rates: Sequence[float]) -> float:
    """Returns the median over benchmarks (CLIP reports 2.2 %); 0 for no benchmark."""
    return median(rates) if rates else 0.0


def mean_rate(rates: Sequence[float]) -> float:
    """Returns the unweighted mean over benchmarks (CLIP reports 3.2 %); 0 for no benchmark."""
    return fmean(rates) if rates else 0.0
