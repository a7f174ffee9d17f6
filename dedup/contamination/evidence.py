"""What the user adds to a report: a model's answers, a calibration, verdicts on pairs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import fsspec

from dedup.contamination.accuracy import Answer
from dedup.contamination.corrected import DetectorRates
from dedup.contamination.verdicts import Verdicts
from schemas.errors import UserError


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All of it; empty where the user gave nothing.

    Attributes:
        answers: By benchmark, then by the benchmark's key.
    """

    answers: Mapping[str, Mapping[str, Answer]] = field(default_factory=dict)
    calibration: DetectorRates | None = None
    verdicts: Verdicts = field(default_factory=dict)


def read_calibration(file: str) -> DetectorRates | None:
    """Returns the counts of a `calibration.json`; None where it planted no copies, as of an index.

    Raises:
        UserError: It cannot be read, or lacks a count.
    """
    try:
        with fsspec.open(file, "rb") as stream:
            content = json.load(stream)
        recall, false = content["recall"], content["false_positives"]
        if not int(recall["planted"]):
            return None
        return DetectorRates(
            found=int(recall["found"]),
            planted=int(recall["planted"]),
            hits=int(false["hits"]),
            queries=int(false["queries"]),
        )
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise UserError(
            f"{file}: expected {{'recall': {{'found', 'planted'}}, 'false_positives': "
            "{'hits', 'queries'}} with counts"
        ) from error


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
