"""What a person said of the matched pairs, and the precision that follows."""

import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import fsspec

from dedup.contamination.predictions import read_rows
from dedup.contamination.statistics import overlap_interval
from schemas.errors import UserError
from schemas.records import Match


class Verdict(StrEnum):
    """What a person says of a pair."""

    SAME = "same"
    NOT = "not"
    UNSURE = "unsure"


PairKey = tuple[str, str, str]  # benchmark, benchmark_key, pool_key
Verdicts = Mapping[PairKey, Verdict]
COLUMNS = ("benchmark", "benchmark_key", "pool_key", "verdict")


def pair_key(match: Match) -> PairKey:
    """Returns what a verdict names a pair by."""
    return match.benchmark, match.benchmark_key, match.pool_key


def read_verdicts(file: str) -> dict[PairKey, Verdict]:
    """Returns the verdicts of a JSON or CSV file that the report's page saved.

    Raises:
        UserError: It cannot be read, lacks a field, or has a word that is no verdict.
    """
    verdicts: dict[PairKey, Verdict] = {}
    for row in _read_json(file) if file.lower().endswith(".json") else read_rows(file):
        if missing := [name for name in COLUMNS if row.get(name) is None]:
            raise UserError(f"{file}: a verdict lacks {missing[0]!r}; it has {sorted(row)}")
        if row["verdict"] not in set(Verdict):
            raise UserError(
                f"{file}: a verdict is one of {', '.join(Verdict)}, got {row['verdict']!r}"
            )
        key = (str(row["benchmark"]), str(row["benchmark_key"]), str(row["pool_key"]))
        verdicts[key] = Verdict(row["verdict"])
    return verdicts


def judge_precision(matches: Iterable[Match], verdicts: Verdicts) -> dict[str, Any] | None:
    """Returns the precision of one benchmark's judged pairs; None where none was judged.

    `precision` leaves the unsure out; `precision_if_unsure_is_not` is the careful reading. A
    verdict on a pair that no longer matches is not counted.
    """
    pairs = list(matches)
    said = [verdicts[pair_key(match)] for match in pairs if pair_key(match) in verdicts]
    if not said:
        return None
    same, unsure = said.count(Verdict.SAME), said.count(Verdict.UNSURE)
    sure = len(said) - unsure
    return {
        "pairs": len(pairs),
        "judged": len(said),
        "same": same,
        "not": sure - same,
        "unsure": unsure,
        "precision": same / sure if sure else None,
        "ci95": list(overlap_interval(same, sure)),
        "precision_if_unsure_is_not": same / len(said),
    }


def _read_json(file: str) -> list[dict[str, Any]]:
    try:
        with fsspec.open(file, "rb") as stream:
            content = json.load(stream)
    except (ValueError, OSError) as error:
        raise UserError(f"{file}: not a readable JSON file") from error
    if not isinstance(content, list) or not all(isinstance(row, dict) for row in content):
        raise UserError(f"{file}: expected a list of objects with {', '.join(COLUMNS)}")
    return content
