"""All, Clean and Overlap accuracy and the CLIP paper's test (arXiv 2103.00020, section 5).

The paper's: All - Clean, a one-tailed (greater) binomial test of Overlap with Clean accuracy as the
null, a 99.5 % Clopper-Pearson interval on Overlap. Ours: the test within classes, and the smallest
difference that the number of overlapping images could have shown.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from dedup.contamination.statistics import overlap_interval
from dedup.contamination.stratified import Stratum, stratified_test

PAPER_CONFIDENCE = 0.995
SIGNIFICANCE = 0.05
POWER = 0.8  # Cohen's convention


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a model answered for one image.

    Attributes:
        label: The true class, where it is known.
    """

    is_correct: bool
    label: str | None = None


def compare_accuracy(
    answers: Mapping[str, Answer], overlapping: Collection[str], images: int
) -> dict[str, Any]:
    """Returns the contract's `accuracy` and our keys; None for what no image speaks of.

    Args:
        answers: By benchmark key.
        overlapping: Keys of the benchmark's images that were found in the pool.
        images: Of the benchmark.
    """
    found = set(overlapping)
    overlap = [answer.is_correct for key, answer in answers.items() if key in found]
    clean = [answer.is_correct for key, answer in answers.items() if key not in found]
    everything = _share([*overlap, *clean])
    clean_share = _share(clean)
    within = stratified_test(_strata(answers, found))
    least = least_detectable(len(overlap), clean_share)
    return {
        "all": everything,
        "clean": clean_share,
        "overlap": _share(overlap),
        "delta": None if everything is None or clean_share is None else everything - clean_share,
        "p_value": binomial_p(sum(overlap), len(overlap), clean_share),
        "ci995": list(overlap_interval(sum(overlap), len(overlap), PAPER_CONFIDENCE)),
        "counts": {
            "answered": len(answers),
            "unanswered": max(0, images - len(answers)),
            "overlap": len(overlap),
            "overlap_correct": sum(overlap),
            "clean": len(clean),
            "clean_correct": sum(clean),
        },
        "within_classes": {"difference": within.difference, "p_value": within.p_value},
        "least_detectable": {
            "significance": SIGNIFICANCE,
            "power": POWER,
            "overlap_minus_clean": least,
            "delta": None if least is None else least * len(overlap) / len(answers),
        },
    }


def binomial_p(correct: int, images: int, null: float | None) -> float | None:
    """Returns the paper's one-tailed p: as many correct or more, were the chance `null`."""
    if not images or null is None:
        return None
    from scipy.stats import binomtest

    return float(binomtest(correct, images, null, alternative="greater").pvalue)


def least_detectable(
    images: int, null: float | None, significance: float = SIGNIFICANCE, power: float = POWER
) -> float | None:
    """Returns the smallest Overlap - Clean that the binomial test would show `power` of the time.

    None where even all correct would not be significant: the test cannot say anything there.
    """
    if not images or null is None or null**images > significance:
        return None
    from scipy.special import betaincinv
    from scipy.stats import binom

    critical = int(binom.isf(significance, images, null)) + 1
    return float(betaincinv(critical, images - critical + 1, power)) - null


def adjust_holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Returns Holm's adjusted p-values: below 0.05 is significant over all tests together.

    The paper divides by the number of tests (Bonferroni); Holm holds the same error and finds more.
    """
    adjusted: dict[str, float] = {}
    largest = 0.0
    for rank, (name, p) in enumerate(sorted(p_values.items(), key=lambda item: (item[1], item[0]))):
        largest = max(largest, min(1.0, p * (len(p_values) - rank)))
        adjusted[name] = largest
    return adjusted


def _strata(answers: Mapping[str, Answer], found: set[str]) -> list[Stratum]:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for key, answer in answers.items():
        if answer.label is None:
            continue
        split = 0 if key in found else 2
        counts[answer.label][split] += 1
        counts[answer.label][split + 1] += answer.is_correct
    return [
        Stratum(overlap=n, overlap_correct=right, clean=m, clean_correct=clean_right)
        for _, (n, right, m, clean_right) in sorted(counts.items())
    ]


def _share(outcomes: list[bool]) -> float | None:
    return sum(outcomes) / len(outcomes) if outcomes else None
