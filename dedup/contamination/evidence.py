"""What the user adds to a report: a model's answers, a calibration, verdicts on pairs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dedup.contamination.accuracy import Answer
from dedup.contamination.corrected import DetectorRates
from dedup.contamination.verdicts import Verdicts
from schemas.errors import UserError


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All of it; empty where the user gave nothing.

    Attributes:
        answers: By benchmark, then by the benchmark's key.
        calibration: Of the detector, by benchmark.
    """

    answers: Mapping[str, Mapping[str, Answer]] = field(default_factory=dict)
    calibration: Mapping[str, DetectorRates] = field(default_factory=dict)
    verdicts: Verdicts = field(default_factory=dict)


def parse_calibration(recall: str, false_positives: str) -> DetectorRates:
    """Returns the calibration of `FOUND/PLANTED` and `HITS/QUERIES`.

    Raises:
        UserError: One is no such pair of counts.
    """
    found, planted = _parse_counts("--recall", recall)
    hits, queries = _parse_counts("--false-positives", false_positives)
    try:
        return DetectorRates(found=found, planted=planted, hits=hits, queries=queries)
    except ValueError as error:
        raise UserError(str(error)) from error


def _parse_counts(flag: str, value: str) -> tuple[int, int]:
    part, slash, whole = value.partition("/")
    if not slash or not part.isdecimal() or not whole.isdecimal():
        raise UserError(f"{flag} {value}: write two counts, such as 230/249")
    return int(part), int(whole)
