"""Balancing: a pair is drawn from counts alone (MetaCLIP, arXiv 2309.16671, Algorithm 1).

Each query that a text holds draws on its own, with probability min(1, t / count); one that hits is
enough to keep the pair. So the pairs that a query draws for itself are t on average where it has
more, and a pair is never taken twice. What decides is a hash of seed, uid and query: the same
pairs, whatever the workers, the order or the restarts.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

# So that sums over pairs do not depend on their order, chances are added up as whole numbers.
UNIT = 2**20
_GRID_SIZE = 128  # values of t that are tried for a target; what lies between is interpolated

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """How a run draws.

    Attributes:
        max_pairs: t, of the paper's "up to 20,000 (image, text) pairs per query".
        counts: Pairs of every query that has more than t; others need none.
    """

    max_pairs: int
    counts: Counts
    seed: int

    def __call__(self, uid: str, queries: Iterable[str]) -> bool:
        """Whether a pair with these queries is kept."""
        # The rare ones first: most pairs need no hash, and the answer is the same.
        counted = sorted((self.counts.get(query, 0), query) for query in queries)
        return any(
            count <= self.max_pairs or draw(self.seed, uid, query) * count < self.max_pairs
            for count, query in counted
        )


def draw(seed: int, uid: str, query: str) -> float:
    """Returns a number in [0, 1) that depends on these three alone, evenly spread."""
    digest = hashlib.blake2b(f"{seed}\0{uid}\0{query}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) / 2**53


def probability(count: int, max_pairs: int) -> float:
    """Returns min(1, t / count)."""
    return 1.0 if count <= max_pairs else max_pairs / count


def tail_share(counts: Iterable[int], max_pairs: int) -> float:
    """Returns the share of matches that queries with fewer than `max_pairs` pairs have."""
    known = np.fromiter(counts, dtype=np.int64)
    total = int(known.sum())
    return float(known[known < max_pairs].sum() / total) if total else 0.0


def max_pairs_for_tail(counts: Iterable[int], share: float) -> int:
    """Returns the t at which the tail has `share` of all matches, as near as counts allow.

    MetaCLIP 2 (arXiv 2507.22062) carries English t = 170,000 over to other languages this way; its
    share is 6 % (MetaCLIP, section 4).
    """
    known = np.sort(np.fromiter(counts, dtype=np.int64))
    if not len(known):
        return 1
    shares = np.cumsum(known) / known.sum()
    return int(known[int(np.abs(shares - share).argmin())])


@cache
def grid(largest: int) -> tuple[int, ...]:
    """Returns the values of t to try for a target, 1 to the largest count, evenly in their logs."""
    values = np.geomspace(1, max(largest, 1), _GRID_SIZE)
    return tuple(sorted({round(value) for value in values}))


def expected_units(counts: Sequence[int], values: Sequence[int]) -> npt.NDArray[np.int64]:
    """Returns the chance of a pair at each t, in `1 / UNIT`, from its queries' counts."""
    known = np.asarray(counts, dtype=np.float64)[:, None]
    missed = np.prod(1.0 - np.minimum(1.0, np.asarray(values)[None, :] / known), axis=0)
    units: npt.NDArray[np.int64] = np.rint((1.0 - missed) * UNIT).astype(np.int64)
    return units


def max_pairs_for_target(target: int, values: Sequence[int], units: npt.NDArray[np.int64]) -> int:
    """Returns the t that keeps `target` pairs on average; the largest count if all are too few.

    Args:
        target: Pairs to keep.
        values: From `grid`.
        units: Sum of `expected_units` over all pairs.
    """
    found = np.interp(target, units / UNIT, np.log(values))
    return max(1, round(float(np.exp(found))))
