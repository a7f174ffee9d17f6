"""The contamination report as data: the contract's `report.json`."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from dedup.contamination.accuracy import Answer, adjust_holm, compare_accuracy
from dedup.contamination.between import Between, between_matrix
from dedup.contamination.corrected import DetectorRates, correct_overlap
from dedup.contamination.evidence import Evidence
from dedup.contamination.leaks import count_leaks
from dedup.contamination.statistics import (
    mean_rate,
    median_rate,
    overlap_interval,
    overlap_rate,
)
from dedup.contamination.verdicts import judge_precision
from dedup.phash_value import PHASH_VERSION
from schemas.errors import UserError
from schemas.records import Match

# The surer first: an image found by several counts as the first.
METHODS = ("sha256", "phash", "aligned")
HASH_ALGORITHM = "phash64"

Report = dict[str, Any]


def make_report(
    matches: Iterable[Match],
    benchmark_sizes: Mapping[str, int],
    pool_size: int,
    max_distance: int,
    undecodable: Mapping[str, int] | None = None,
    *,
    min_scores: Mapping[str, float | None] | None = None,
    evidence: Evidence | None = None,
    labels: Mapping[tuple[str, str], str | None] | None = None,
    captions: Mapping[str, str] | None = None,
    between: Iterable[Between] | None = None,
) -> Report:
    """Returns the report; a function of its arguments alone, so it holds no time.

    Args:
        matches: Of all benchmarks, in any order.
        benchmark_sizes: Images of each benchmark that were hashed; rates are shares of these.
        pool_size: Images that were searched.
        max_distance: Of the matches, in bits.
        undecodable: Images of a benchmark that could not be hashed, where there are any.
        min_scores: By benchmark, of the matches that were aligned; None where nothing was.
        evidence: What the user added.
        labels: Of every benchmark image, by benchmark and key; None for one without.
        captions: Of matched pool images, by pool key.
        between: Copies among the benchmarks themselves, where they were looked for.

    Raises:
        KeyError: A match is of a benchmark without a size.
        UserError: No key of a predictions file is the benchmark's.
    """
    by_benchmark: dict[str, list[Match]] = {name: [] for name in benchmark_sizes}
    for match in matches:
        by_benchmark[match.benchmark].append(match)
    benchmarks = {
        name: _benchmark_report(
            found, benchmark_sizes[name], max_distance, (min_scores or {}).get(name)
        )
        for name, found in sorted(by_benchmark.items())
    }
    for name, count in sorted((undecodable or {}).items()):
        if count:
            benchmarks[name]["undecodable"] = count
    labels_of = _labels_by_benchmark(labels or {})
    for name, figures in benchmarks.items():
        of = labels_of.get(name, {})
        _add_texts(figures, by_benchmark[name], of, captions or {})
        _add_evidence(name, figures, by_benchmark[name], of, evidence or Evidence())
    _add_holm(benchmarks)
    rates = [benchmark["overlap_rate"] for benchmark in benchmarks.values()]
    return {
        "pool": {"samples": pool_size},
        "benchmarks": benchmarks,
        "median_overlap_rate": median_rate(rates),
        "mean_overlap_rate": mean_rate(rates),
        "hash": {"algorithm": HASH_ALGORITHM, "version": PHASH_VERSION},
        **({} if between is None else {"between": between_matrix(between, list(benchmarks))}),
    }


def methods_of(min_score: float | None) -> tuple[str, ...]:
    """Returns the methods that were in use."""
    return METHODS[:-1] if min_score is None else METHODS


def report_json(report: Report) -> str:
    """Returns the file's text: sorted keys, so that equal reports have equal bytes."""
    return json.dumps(report, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _benchmark_report(
    matches: list[Match], images: int, max_distance: int, min_score: float | None
) -> Report:
    methods = defaultdict[str, set[str]](set)
    for match in matches:
        methods[match.benchmark_key].add(match.method)
    best = [min(found, key=METHODS.index) for found in methods.values()]
    return {
        "images": images,
        "overlap": len(best),
        "overlap_rate": overlap_rate(len(best), images),
        "ci95": list(overlap_interval(len(best), images)),
        "pool_matches": len({match.pool_key for match in matches}),
        "methods": {method: best.count(method) for method in methods_of(min_score)},
        "max_distance": max_distance,
        **({} if min_score is None else {"min_score": min_score}),
    }


def _labels_by_benchmark(
    labels: Mapping[tuple[str, str], str | None],
) -> dict[str, dict[str, str | None]]:
    by_benchmark = defaultdict[str, dict[str, str | None]](dict)
    for (benchmark, key), label in labels.items():
        by_benchmark[benchmark][key] = label
    return by_benchmark


def _add_texts(
    figures: Report,
    matches: list[Match],
    labels: Mapping[str, str | None],
    captions: Mapping[str, str],
) -> None:
    """Adds what the labels say: overlap by class, and captions that hold the label."""
    known = {key: label for key, label in labels.items() if label is not None}
    if not known:
        return
    found = {match.benchmark_key for match in matches}
    sizes = Counter(known.values())
    overlaps = Counter(known[key] for key in found if key in known)
    figures["classes"] = {
        label: {"images": sizes[label], "overlap": overlaps[label]} for label in sorted(overlaps)
    }
    if leaks := count_leaks(matches, known, captions):
        figures["text"] = leaks


def _add_evidence(
    name: str,
    figures: Report,
    matches: list[Match],
    labels: Mapping[str, str | None],
    evidence: Evidence,
) -> None:
    if rates := evidence.calibration.get(name):
        figures["corrected"] = _corrected(figures, rates)
    if judged := judge_precision(matches, evidence.verdicts):
        figures["judged"] = judged
    if answers := evidence.answers.get(name):
        figures["accuracy"] = _accuracy(name, figures, matches, labels, answers)


def _corrected(figures: Report, calibration: DetectorRates) -> Report:
    corrected = correct_overlap(figures["overlap"], figures["images"], calibration)
    return {
        "rate": corrected.rate,
        "ci95": [corrected.low, corrected.high],
        "recall": calibration.recall,
        "false_positive_rate": calibration.false_positive_rate,
        "calibration": asdict(calibration),
    }


def _accuracy(
    name: str,
    figures: Report,
    matches: list[Match],
    labels: Mapping[str, str | None],
    answers: Mapping[str, Answer],
) -> Report:
    """Compares the answers whose key is the benchmark's; a class comes from either side."""
    ours = {
        key: answer if answer.label is not None else replace(answer, label=labels[key])
        for key, answer in answers.items()
        if key in labels
    }
    if not ours:
        theirs, wanted = next(iter(answers)), next(iter(labels), "none")
        raise UserError(
            f"--predictions {name}: none of its keys is the benchmark's; it has keys such as "
            f"{theirs!r}, the benchmark has {wanted!r}"
        )
    found = {match.benchmark_key for match in matches}
    accuracy = compare_accuracy(ours, found, figures["images"])
    accuracy["counts"]["unknown_keys"] = len(answers) - len(ours)
    return accuracy


def _add_holm(benchmarks: Mapping[str, Report]) -> None:
    """Adjusts the tests of all benchmarks together."""
    tested = {
        name: figures["accuracy"]
        for name, figures in benchmarks.items()
        if "accuracy" in figures and figures["accuracy"]["p_value"] is not None
    }
    adjusted = adjust_holm({name: found["p_value"] for name, found in tested.items()})
    for name, accuracy in tested.items():
        accuracy["p_holm"] = adjusted[name]
