"""Reads what the user adds to a contamination report, before the run: mistakes must show early."""

from collections.abc import Collection, Mapping, Sequence

from dedup.contamination.accuracy import Answer
from dedup.contamination.corrected import DetectorRates
from dedup.contamination.evidence import Evidence, parse_calibration
from dedup.contamination.predictions import read_predictions
from dedup.contamination.verdicts import read_verdicts
from schemas.errors import UserError


def gather_evidence(
    benchmarks: Collection[str],
    rates: Mapping[str, DetectorRates],
    *,
    predictions: Sequence[str],
    verdicts: str | None,
    recall: str | None,
    false_positives: str | None,
) -> Evidence:
    """Returns all of it.

    Args:
        benchmarks: Names.
        rates: Of a calibration file, by benchmark.
        predictions: `NAME=FILE`.
        verdicts: A file.
        recall: Counts, instead of `rates`.
        false_positives: As `recall`.

    Raises:
        UserError: A file or a value is wrong, or an option needs another.
    """
    return Evidence(
        answers=dict(_parse_predictions(value, benchmarks) for value in predictions),
        calibration=rates or _parse_rates(benchmarks, recall, false_positives),
        verdicts=read_verdicts(verdicts) if verdicts else {},
    )


def _parse_predictions(value: str, benchmarks: Collection[str]) -> tuple[str, dict[str, Answer]]:
    name, equals, file = value.partition("=")
    if not equals or not file:
        raise UserError(f"--predictions {value}: write NAME=FILE, such as cifar10=answers.csv")
    if name not in benchmarks:
        raise UserError(
            f"--predictions {value}: no benchmark {name!r}; there are {', '.join(benchmarks)}"
        )
    return name, read_predictions(file)


def _parse_rates(
    benchmarks: Collection[str], recall: str | None, false_positives: str | None
) -> dict[str, DetectorRates]:
    if not recall and not false_positives:
        return {}
    if not recall or not false_positives:
        raise UserError("a correction needs both --recall and --false-positives")
    return dict.fromkeys(benchmarks, parse_calibration(recall, false_positives))
