"""The draw of `[queries]`: what t is, and which pairs it keeps; the stage only counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.queries.balance import (
    Draw,
    expected_units,
    grid,
    max_pairs_for_tail,
    max_pairs_for_target,
)
from pipeline.recipe.queries import Queries
from pipeline.rules import drop
from schemas.outcomes import Reject, Stage
from schemas.records import Candidate, LedgerRow

MAX_PAIRS = 20_000  # CLIP, section 2.2

Units = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryDraw:
    """What a recipe asks for; its list is a file, from `query_list.list_path`."""

    queries: Queries
    name: str = "query_draw"


def no_units(largest: int) -> Units:
    """Returns the sum of no pair's chances, at each t of the grid."""
    return np.zeros(len(grid(largest)), dtype=np.int64)


def units_of(candidate: Candidate, counts: Mapping[str, int], largest: int) -> Units:
    """Returns the chance of a pair at each t of the grid."""
    return expected_units([counts[query] for query in candidate.queries], grid(largest))


def limit_for_target(target: int, units: Units | None, largest: int) -> int:
    """Returns t for a number of pairs; 1 if there are none to draw from."""
    return 1 if units is None else max_pairs_for_target(target, grid(largest), units)


def limit_without_units(queries: Queries, counts: Iterable[int]) -> int:
    """Returns t of a recipe that asks for no number of pairs."""
    if queries.tail_share:
        return max_pairs_for_tail(list(counts), queries.tail_share)
    return queries.max_pairs or MAX_PAIRS


def draw_candidate(
    candidate: Candidate, *, max_pairs: int, counts: Mapping[str, int], seed: int
) -> Candidate | LedgerRow:
    """Returns the candidate if one of its queries draws it.

    Args:
        candidate: With its queries.
        max_pairs: t.
        counts: Of the queries that have more than t.
        seed: Of the run.
    """
    if Draw(max_pairs=max_pairs, counts=counts, seed=seed)(candidate.uid, candidate.queries):
        return candidate
    count, query = min((counts[query], query) for query in candidate.queries)
    detail = f"its rarest query, {query!r}, has {count} pairs; {max_pairs} may be drawn"
    return drop(candidate, Stage.BALANCE, Reject.OVER_QUERY_CAP, detail)
