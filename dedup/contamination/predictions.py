"""Reads what a model answered for a benchmark: CSV or Parquet, one row an image."""

from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from dedup.contamination.accuracy import Answer
from schemas.errors import UserError

KEY = "benchmark_key"
_TRUE, _FALSE = frozenset({"1", "1.0", "true"}), frozenset({"0", "0.0", "false"})


def read_predictions(file: str) -> dict[str, Answer]:
    """Returns the answers by benchmark key, as the keys stand in `matches.parquet`.

    The file has `benchmark_key` and either `correct` (0 or 1) or `label` and `prediction`; a
    `label` beside `correct` is the class, for the test within classes.

    Raises:
        UserError: It cannot be read, lacks a column, has a key twice or an answer that is neither.
    """
    rows = read_rows(file)
    if not rows:
        raise UserError(f"{file}: no row in it")
    names = set(rows[0])
    if KEY not in names or not ("correct" in names or {"label", "prediction"} <= names):
        raise UserError(
            f"{file}: expected the columns {KEY} and correct, or {KEY}, label and prediction; "
            f"found {', '.join(sorted(names))}"
        )
    answers: dict[str, Answer] = {}
    for row in rows:
        key = str(row[KEY])
        if key in answers:
            raise UserError(f"{file}: the key {key!r} is there twice")
        answers[key] = _answer(row, file)
    return answers


def read_rows(file: str) -> list[dict[str, Any]]:
    """Returns the rows of a Parquet file, or of a CSV file with every cell as text."""
    try:
        with fsspec.open(file, "rb") as stream:
            if file.lower().endswith(".parquet"):
                table = pq.read_table(stream)
            else:
                table = pa.csv.read_csv(stream, convert_options=_as_text(file))
    except (pa.ArrowInvalid, OSError) as error:
        raise UserError(f"{file}: not a readable CSV or Parquet table") from error
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def _as_text(file: str) -> pa.csv.ConvertOptions:
    # A key such as 007 is no number: the types of a CSV must not be guessed.
    with fsspec.open(file, "rb") as stream:
        header = pa.csv.open_csv(stream).schema.names
    return pa.csv.ConvertOptions(column_types=dict.fromkeys(header, pa.string()))


def _answer(row: dict[str, Any], file: str) -> Answer:
    label = None if row.get("label") in (None, "") else str(row["label"])
    if "correct" not in row:
        return Answer(is_correct=label is not None and label == str(row["prediction"]), label=label)
    said = str(row["correct"]).strip().lower()
    if said not in _TRUE | _FALSE:
        raise UserError(f"{file}: correct must be 0 or 1, got {row['correct']!r} for {row[KEY]!r}")
    return Answer(is_correct=said in _TRUE, label=label)
