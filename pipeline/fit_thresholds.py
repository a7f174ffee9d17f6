"""Thresholds that keep a share of a pool, from its tables alone: two passes, constant memory."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from pipeline.shards.storage import open_input
from pipeline.threshold import (
    LOW,
    Bin,
    Threshold,
    count_bits,
    encode_scores,
    find_bin,
    find_threshold,
    rank_of,
)
from schemas.errors import UserError

SCORE_COLUMNS = ("clip_score", "aesthetic_score", "nsfw_score", "watermark_score", "faces")
_IMAGE_KEYS = {
    "entropy": "min_entropy",
    "sharpness": "min_sharpness",
    "edge_ratio": "max_edge_ratio",
}
COLUMNS = (*SCORE_COLUMNS, *_IMAGE_KEYS)
# Of these the lowest are kept.
LOWER_IS_BETTER = frozenset({"nsfw_score", "watermark_score", "faces", "edge_ratio"})
_ROWS = 65_536

Columns = dict[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """The threshold of one column.

    Attributes:
        limit: Inclusive; the least that is kept, or the most if lower is better.
        kept: Pairs that it keeps.
        scored: Pairs that have a value.
    """

    column: str
    limit: float
    kept: int
    scored: int

    @property
    def recipe_lines(self) -> tuple[str, str]:
        """Section and line of a recipe."""
        if key := _IMAGE_KEYS.get(self.column):
            return "[images]", f"{key} = {self.limit!r}"
        bound = "max" if self.column in LOWER_IS_BETTER else "min"
        return "[score.keep]", f"{self.column} = {{ {bound} = {self.limit!r} }}"

    def keeps(self, values: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Returns which values are kept; none that is missing."""
        # In 64 bits: NumPy would round the limit to the column's 32.
        wide = values.astype(np.float64)
        return wide <= self.limit if self.column in LOWER_IS_BETTER else wide >= self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class FitReport:
    """Thresholds of several columns, each by itself.

    Attributes:
        num_pairs: Stored images in the pool.
        kept_by_all: Pairs that every threshold keeps.
    """

    fits: tuple[Fit, ...]
    num_pairs: int
    kept_by_all: int


def fit_thresholds(
    files: Sequence[str], columns: Sequence[str], *, top: float | None = None, keep: int = 0
) -> FitReport:
    """Returns the thresholds that keep a share or a number of the pairs that have a value.

    Args:
        files: Tables of a pool.
        columns: Of `COLUMNS`, each once.
        top: Share to keep, 0 to 1.
        keep: Pairs to keep, if no share is given.

    Raises:
        UserError: A column is missing, holds no value, or fewer than are to be kept.
    """
    highs = {column: Counter[int]() for column in columns}
    for values in _batches(files, columns):
        for column, codes in _codes(values):
            highs[column].update(count_bits(codes // LOW))
    ranks = {column: _rank(column, highs[column].total(), top, keep) for column in columns}
    bins = {column: find_bin(highs[column], ranks[column]) for column in columns}
    lows = _count_lows(files, bins)
    fits = tuple(
        _fit(
            column,
            find_threshold(bins[column], lows[column], asked=ranks[column]),
            highs[column].total(),
        )
        for column in columns
    )
    return _report(files, columns, fits)


def _count_lows(files: Sequence[str], bins: dict[str, Bin]) -> dict[str, Counter[int]]:
    lows = {column: Counter[int]() for column in bins}
    for values in _batches(files, list(bins)):
        for column, codes in _codes(values):
            here = codes[codes // LOW == bins[column].high]
            lows[column].update(count_bits(here % LOW))
    return lows


def _fit(column: str, threshold: Threshold, scored: int) -> Fit:
    limit = -threshold.value if column in LOWER_IS_BETTER else threshold.value
    return Fit(column=column, limit=limit + 0.0, kept=threshold.kept, scored=scored)


def _report(files: Sequence[str], columns: Sequence[str], fits: tuple[Fit, ...]) -> FitReport:
    pairs, together = 0, 0
    for values in _batches(files, columns):
        kept = np.logical_and.reduce([fit.keeps(values[fit.column]) for fit in fits])
        pairs += len(kept)
        together += int(np.count_nonzero(kept))
    return FitReport(fits=fits, num_pairs=pairs, kept_by_all=together)


def _rank(column: str, count: int, top: float | None, keep: int) -> int:
    if not count:
        raise UserError(f"{column}: no pair has a value; run `webimagetext score` first")
    if top is not None:
        return rank_of(top, count)
    if keep > count:
        raise UserError(f"--keep {keep}: only {count} pairs have a {column}")
    return keep


def _codes(values: Columns) -> Iterator[tuple[str, NDArray[np.uint32]]]:
    """Yields each column so that a better value has a larger code."""
    for column, scores in values.items():
        known = scores[~np.isnan(scores)]
        yield column, encode_scores(-known if column in LOWER_IS_BETTER else known)


def _batches(files: Sequence[str], columns: Sequence[str]) -> Iterator[Columns]:
    """Yields the columns of stored images, what is missing as NaN."""
    for path in files:
        with open_input(path) as stream:
            try:
                table = pq.ParquetFile(stream)
                _check(path, table.schema_arrow.names, columns)
                for batch in table.iter_batches(_ROWS, columns=[*columns, "status"]):
                    stored = batch.filter(pc.equal(batch.column("status"), pa.scalar("success")))
                    yield {column: _floats(stored.column(column)) for column in columns}
            except (pa.ArrowInvalid, OSError) as error:
                raise UserError(f"{path}: not a readable Parquet table") from error


def _floats(column: "pa.Array[Any]") -> NDArray[np.float32]:
    return column.cast(pa.float32()).to_numpy(zero_copy_only=False).astype(np.float32)


def _check(path: str, names: Sequence[str], columns: Sequence[str]) -> None:
    for column in (*columns, "status"):
        if column not in names:
            raise UserError(f"{path}: lacks the column {column!r}")
