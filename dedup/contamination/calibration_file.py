"""`calibration.json` and `.md`: written by `calibrate`, read by what measures overlap."""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import fsspec

from dedup.contamination.calibration import Calibration, Calibrations
from dedup.contamination.corrected import DetectorRates
from dedup.contamination.sizes import by_pool_size
from schemas.errors import UserError

VERSION: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrated:
    """What a calibration sets and what was measured at it; of a file of counts only the latter.

    Attributes:
        min_scores: By benchmark.
        rates: By benchmark; none of one that no copies were planted of.
    """

    max_distance: int | None = None
    min_scores: Mapping[str, float] = field(default_factory=dict)
    rates: Mapping[str, DetectorRates] = field(default_factory=dict)


def calibration_json(calibrations: Calibrations) -> str:
    """Returns the file's text."""
    content = {
        "version": VERSION,
        "pool_images": calibrations.pool_images,
        "pool_size": calibrations.pool_size,
        "max_distance": calibrations.max_distance,
        "benchmarks": {
            name: _benchmark_json(found, calibrations.pool_images)
            for name, found in sorted(calibrations.benchmarks.items())
        },
    }
    return json.dumps(content, indent=2) + "\n"


def read_calibration(file: str, benchmarks: Collection[str]) -> Calibrated:
    """Returns what a file says of `benchmarks`.

    It is the file of `calibrate`, or `{"recall": {"found", "planted"}, "false_positives": {"hits",
    "queries"}}` with counts, which then stand for every benchmark.

    Raises:
        UserError: It cannot be read, lacks a count or a benchmark, or another version wrote it.
    """
    try:
        with fsspec.open(file, "rb") as stream:
            content = json.load(stream)
        if "benchmarks" not in content:
            rates = _rates(content)
            return Calibrated(rates={name: rates for name in benchmarks} if rates else {})
        if content["version"] == VERSION:
            return _calibrated(file, content, benchmarks)
        version = content["version"]
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise UserError(
            f"{file}: not a calibration; expected the file of `webimagetext calibrate`, or "
            "{'recall': {'found', 'planted'}, 'false_positives': {'hits', 'queries'}} with counts"
        ) from error
    raise UserError(f"{file}: version {version} of a calibration, this program has {VERSION}")


def calibration_table(calibrations: Calibrations) -> str:
    """Returns recall and threshold of every benchmark in Markdown."""
    return "\n".join(
        _benchmark_table(name, found, calibrations)
        for name, found in sorted(calibrations.benchmarks.items())
    )


def _benchmark_json(found: Calibration, pool_images: int) -> dict[str, Any]:
    return {
        "images": found.images,
        "max_rate": found.max_rate,
        "threshold": asdict(found.threshold),
        "recall": {"found": found.found, "planted": found.planted},
        "false_positives": {"hits": found.hits, "queries": found.images},
        "transforms": [asdict(row) for row in found.transforms],
        "by_pool_size": [
            {"pool_size": size, **asdict(threshold)}
            for size, threshold in by_pool_size(found, pool_images)
        ],
    }


def _calibrated(file: str, content: dict[str, Any], benchmarks: Collection[str]) -> Calibrated:
    known = content["benchmarks"]
    if missing := [name for name in benchmarks if name not in known]:
        raise UserError(
            f"{file}: not measured for the benchmark {missing[0]!r}; it has {', '.join(known)}"
        )
    rates = {name: _rates(known[name]) for name in benchmarks}
    return Calibrated(
        max_distance=int(content["max_distance"]),
        min_scores={name: float(known[name]["threshold"]["min_score"]) for name in benchmarks},
        rates={name: found for name, found in rates.items() if found},
    )


def _rates(content: dict[str, Any]) -> DetectorRates | None:
    recall, false = content["recall"], content["false_positives"]
    if not int(recall["planted"]):
        return None
    return DetectorRates(
        found=int(recall["found"]),
        planted=int(recall["planted"]),
        hits=int(false["hits"]),
        queries=int(false["queries"]),
    )


def _benchmark_table(name: str, found: Calibration, calibrations: Calibrations) -> str:
    threshold = found.threshold
    how = "extrapolated by an exponential tail" if threshold.is_extrapolated else "counted"
    lines = [
        f"## {name}",
        "",
        f"Least score {threshold.min_score} for a pool of {calibrations.pool_size:,} pictures: "
        f"false matches for {threshold.false_rate:.3%} of the benchmark's pictures, at most "
        f"{threshold.upper:.3%} ({how}; {found.images:,} negatives in "
        f"{calibrations.pool_images:,} pictures).",
        "",
        "| altered | planted | found | recall | 95 % interval |",
        "|---|---|---|---|---|",
    ]
    for row in found.transforms:
        share = row.found / row.planted if row.planted else 0
        low, high = row.ci95
        lines.append(
            f"| {row.transform} | {row.planted} | {row.found} | {share:.3f} | "
            f"{low:.3f}-{high:.3f} |"
        )
    return "\n".join(lines) + "\n"
