"""Reads what the user adds to a contamination report, before the run: mistakes must show early."""

from collections.abc import Collection, Sequence

from dedup.contamination.accuracy import Answer
from dedup.contamination.corrected import DetectorRates
from dedup.contamination.evidence import Evidence, parse_calibration, read_calibration
from dedup.contamination.predictions import read_predictions
from dedup.contamination.verdicts import read_verdicts
from schemas.errors import UserError


def gather_evidence(
    benchmarks: Collection[str],
    predictions: Sequence[str],
    verdicts: str | None,
    calibration: str | None,
    recall: str | None,
    false_positives: str | None,
) -> Evidence:
    """Returns all of it.

    Raises:
        UserError: A file or a value is wrong, or an option needs another.
    """
    return Evidence(
        answers=dict(_parse_predictions(value, benchmarks) for value in predictions),
        calibration=_choose_calibration(calibration, recall, false_positives),
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


def _choose_calibration(
    file: str | None, recall: str | None, false_positives: str | None
) -> DetectorRates | None:
    if file and (recall or false_positives):
        raise UserError("--calibration has both counts: leave out --recall and --false-positives")
    if file:
        return read_calibration(file)
    if not recall and not false_positives:
        return None
    if not recall or not false_positives:
        raise UserError("a correction needs both --recall and --false-positives")
    return parse_calibration(recall, false_positives)
