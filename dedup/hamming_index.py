"""Exact search among many hashes of 64 or 256 bits: every pair within a distance, no other.

Equal hashes are searched once, so that a hash which 100,000 pictures share costs as much as one.
The others meet in bands (`dedup.bands`), or, where bands would not help, all are compared.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.bands import Band, choose_bands
from dedup.flat_search import Found, flat_pairs
from dedup.gpu_search import MatrixSearch

Hashes = NDArray[np.uint64]
Indices = NDArray[np.int64]

# Probes looked up at a time: 1 MiB of keys. Candidates compared at a time: 24 MiB.
_BLOCK_PROBES = 2**18
_BLOCK_CANDIDATES = 2**20


class Groups(NamedTuple):
    """Equal hashes as one.

    Attributes:
        distinct: Shape [G, words].
        members: Shape [N]: where the hashes were, those of a group together and ascending.
        starts: Shape [G + 1]: group g is `members[starts[g] : starts[g + 1]]`.
    """

    distinct: Hashes
    members: Indices
    starts: Indices


class HammingIndex:
    """Hashes prepared for many searches at one distance; picklable, and never changed."""

    def __init__(
        self,
        references: Hashes,
        max_distance: int,
        *,
        num_queries: int = 100_000,
        example: Hashes | None = None,
        device: str | None = None,
    ) -> None:
        """Groups the references and sorts them into bands.

        Args:
            references: Shape [N], or [N, words] for longer hashes.
            max_distance: 0 or more, inclusive.
            num_queries: How many will be asked in all; decides the speed alone.
            example: Some of what will be asked; decides the speed alone.
            device: Where all are compared by a matrix product (`dedup.gpu_search`), as torch names
                it; decides the speed alone.
        """
        self.max_distance = max_distance
        self._groups = group_equal(_as_words(references))
        ours = self._groups.distinct
        asked = ours if example is None else _as_words(example)
        bands = None
        self._matrix = None if device is None else MatrixSearch(ours, max_distance, device)
        if len(ours) and len(asked) and device is None:
            bands = choose_bands(ours, asked, num_queries, max_distance)
        self._tables = None if bands is None else [_Table(ours, band) for band in bands]

    def pairs(self, queries: Hashes) -> Found:
        """Returns query indices, reference indices and distances, sorted by the first two."""
        parts = [_empty(), *self.blocks(queries)]
        query, reference, bits = (np.concatenate(part) for part in zip(*parts, strict=True))
        order = np.lexsort((reference, query))
        return query[order], reference[order], bits[order]

    def blocks(self, queries: Hashes) -> Iterator[Found]:
        """Yields what `pairs` returns block by block, in no particular order."""
        if not len(queries) or not len(self._groups.distinct):
            return
        asked = group_equal(_as_words(queries))
        for query, reference, bits in self._distinct_pairs(asked.distinct):
            yield _expand(asked, self._groups, query, reference, bits)

    def _distinct_pairs(self, queries: Hashes) -> Iterator[Found]:
        references = self._groups.distinct
        if self._matrix is not None:
            yield from self._matrix.pairs(queries)
            return
        if self._tables is None:
            yield from flat_pairs(queries, references, self.max_distance)
            return
        for number, table in enumerate(self._tables):
            earlier = [before.band for before in self._tables[:number]]
            for query, reference in table.candidates(queries):
                differing = queries[query] ^ references[reference]
                bits = np.bitwise_count(differing).sum(axis=1, dtype=np.int64)
                near = np.flatnonzero(bits <= self.max_distance)
                new = near[~_met_before(earlier, differing[near])]
                yield query[new], reference[new], bits[new]


class _Table:
    """References by the key of one band: bucket k is `rows[starts[k] : starts[k + 1]]`."""

    def __init__(self, references: Hashes, band: Band) -> None:
        keys = band.keys(references)
        self.band = band
        self.rows = np.argsort(keys, kind="stable").astype(np.int32)
        self.counts = np.bincount(keys, minlength=1 << band.bits).astype(np.int32)
        self.starts = np.cumsum(self.counts, dtype=np.int32) - self.counts

    def candidates(self, queries: Hashes) -> Iterator[tuple[Indices, Indices]]:
        """Yields queries and references whose keys differ by one of the band's flips."""
        keys = self.band.keys(queries)
        order = np.argsort(keys, kind="stable")  # neighbours probe neighbouring buckets
        keys, flips = keys[order], self.band.flips
        width = min(len(flips), _BLOCK_PROBES)
        height = max(1, _BLOCK_PROBES // width)
        for top in range(0, len(keys), height):
            block = keys[top : top + height]
            for left in range(0, len(flips), width):
                yield from self._met(block, flips[left : left + width], order[top : top + height])

    def _met(
        self, keys: NDArray[np.uint32], flips: NDArray[np.uint32], queries: Indices
    ) -> Iterator[tuple[Indices, Indices]]:
        probes = (flips[:, np.newaxis] ^ keys).ravel()
        hits = np.flatnonzero(self.counts[probes])
        buckets = probes[hits]
        counts, starts = self.counts[buckets].astype(np.int64), self.starts[buckets]
        asked = queries[hits % len(keys)]
        ends = np.cumsum(counts)
        for first, last in _cuts(ends):
            counted = counts[first:last]
            offsets = starts[first:last] - np.cumsum(counted) + counted
            places = np.repeat(offsets, counted) + np.arange(counted.sum())
            yield np.repeat(asked[first:last], counted), self.rows[places]


def group_equal(hashes: Hashes) -> Groups:
    """Returns hashes of shape [N, words], each once, with the places of all that are equal."""
    order = np.lexsort(hashes.T) if hashes.shape[1] > 1 else np.argsort(hashes[:, 0], kind="stable")
    ordered = hashes[order]
    is_new = np.ones(len(hashes), bool)
    is_new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    starts = np.append(np.flatnonzero(is_new), len(hashes))
    return Groups(ordered[is_new], order, starts)


def _as_words(hashes: Hashes) -> Hashes:
    return hashes.reshape(len(hashes), -1) if len(hashes) else np.empty((0, 1), np.uint64)


def _empty() -> Found:
    return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int64)


def _met_before(bands: list[Band], differing: Hashes) -> NDArray[np.bool_]:
    """Whether an earlier band has found these pairs, so that each is found once."""
    met = np.zeros(len(differing), bool)
    for band in bands:
        met |= np.bitwise_count(band.keys(differing)) <= band.radius
    return met


def _cuts(ends: Indices) -> Iterator[tuple[int, int]]:
    """Yields ranges of at most `_BLOCK_CANDIDATES`, or of one bucket that holds more."""
    first = 0
    while first < len(ends):
        done = ends[first - 1] if first else 0
        last = int(np.searchsorted(ends, done + _BLOCK_CANDIDATES, side="right"))
        last = max(last, first + 1)
        yield first, last
        first = last


def _expand(
    asked: Groups, found: Groups, query: Indices, reference: Indices, bits: Indices
) -> Found:
    """Returns the pairs of members of pairs of groups."""
    queries, row = _members(asked, query)
    references, pair = _members(found, reference[row])
    return queries[pair], references, bits[row][pair]


def _members(groups: Groups, chosen: Indices) -> tuple[Indices, Indices]:
    """Returns all members of the chosen groups, and which choice each stands for."""
    counts = groups.starts[chosen + 1] - groups.starts[chosen]
    offsets = groups.starts[chosen] - np.cumsum(counts) + counts
    places = np.repeat(offsets, counts) + np.arange(counts.sum())
    return groups.members[places], np.repeat(np.arange(len(chosen)), counts)
