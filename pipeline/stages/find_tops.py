"""The limits that keep the best share of all pairs, exactly: counts are all that is shuffled."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
import numpy as np

from pipeline.fit_thresholds import LOWER_IS_BETTER
from pipeline.stages.stage import Stage
from pipeline.threshold import encode_scores, find_bin, find_threshold, rank_of, split_code
from schemas.records import PoolRow

Counts = Mapping[int, int]


@dataclass
class FindTops(Stage):
    """Yields `(column, limit)` for each column of `shares` that some pair has a value of."""

    shares: Mapping[str, float]

    def expand(self, pairs: beam.PCollection) -> beam.PCollection:
        codes = pairs | "Encode" >> beam.FlatMap(encode_pair, tuple(self.shares))
        highs = (
            codes
            | "High" >> beam.MapTuple(_high)
            | "CountHigh" >> beam.combiners.Count.PerElement()
            | "ByColumn" >> beam.Map(_by_column)
            | "Highs" >> beam.GroupByKey()
            | "ToCounts" >> beam.MapTuple(_to_counts)
        )
        bins = highs | "Bins" >> beam.Map(find_column_bin, self.shares)
        lows = (
            codes
            | "Low" >> beam.FlatMap(low_in_bin, beam.pvalue.AsDict(bins))
            | "CountLow" >> beam.combiners.Count.PerElement()
            | "LowByColumn" >> beam.Map(_by_column)
            | "Lows" >> beam.GroupByKey()
        )
        return lows | "Limits" >> beam.Map(column_limit, beam.pvalue.AsDict(bins))


def encode_pair(pair: PoolRow, columns: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """Yields each column that the pair has a value of, as a code that grows with its worth."""
    for column in columns:
        score = getattr(pair, column)
        if score is not None:
            worth = -score if column in LOWER_IS_BETTER else score
            yield column, int(encode_scores(np.array([worth], np.float32))[0])


def find_column_bin(counted: tuple[str, Counts], shares: Mapping[str, float]) -> tuple[str, Any]:
    """Returns the column's bin and the rank that its share is."""
    column, counts = counted
    rank = rank_of(shares[column], sum(counts.values()))
    return column, (find_bin(counts, rank), rank)


def low_in_bin(coded: tuple[str, int], bins: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Yields the lower bits of a code that lies in its column's bin."""
    column, code = coded
    high, low = split_code(code)
    if high == bins[column][0].high:
        yield column, low


def column_limit(counted: tuple[str, Any], bins: Mapping[str, Any]) -> tuple[str, float]:
    """Returns the column's limit."""
    column, lows = counted
    found, rank = bins[column]
    value = find_threshold(found, dict(lows), asked=rank).value
    return column, (-value if column in LOWER_IS_BETTER else value) + 0.0


def _high(column: str, code: int) -> tuple[str, int]:
    return column, split_code(code)[0]


def _by_column(counted: tuple[tuple[str, int], int]) -> tuple[str, tuple[int, int]]:
    (column, bits), count = counted
    return column, (bits, count)


def _to_counts(column: str, counted: Any) -> tuple[str, Counts]:
    return column, dict(counted)
