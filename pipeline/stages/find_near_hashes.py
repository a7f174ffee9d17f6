"""Edges between near pHashes, enough to connect what is near: no list of all near pairs.

Two hashes within `max_distance` agree in one of `max_distance + 1` bands (arXiv 1307.2982), and so
in its lowest bits: hashes meet in groups by these, each of which is searched exactly.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import apache_beam as beam
import numpy as np
from apache_beam.transforms.window import GlobalWindows
from apache_beam.utils.windowed_value import WindowedValue

from dedup.bands import cut
from dedup.near_roots import near_roots
from dedup.stars import Edges, Nodes, part_by
from pipeline.stages.stage import Stage

# Groups of a band: at a million hashes a thousand hashes each, at 400 million 400,000. Smaller
# groups take longer, as each is indexed anew (measured: 0.4 ms for 100 hashes, 1.6 ms for 1,000).
GROUP_BITS = 10

# Hashes of a bundle that are sorted into groups at once.
_BLOCK_HASHES = 2**18

_Group = tuple[int, int]  # band and value


@dataclass
class FindNearHashes(Stage):
    """Turns different pHashes, 8 bytes each, into blocks of edges (`dedup.stars`)."""

    max_distance: int

    def expand(self, hashes: beam.PCollection) -> beam.PCollection:
        if self.max_distance == 0:  # different hashes are not near then
            return hashes.pipeline | "NoEdges" >> beam.Create([])
        return (
            hashes
            | "Bands" >> beam.ParDo(_Band(self.max_distance))
            | "SameBand" >> beam.GroupByKey()
            | "Compare" >> beam.Map(_compare, self.max_distance)
        )


class _Band(beam.DoFn):
    def __init__(self, max_distance: int) -> None:
        self._bands = cut(1, max_distance + 1, max_distance)

    def start_bundle(self) -> None:
        self._held: list[bytes] = []

    def process(self, phash: bytes) -> Iterator[tuple[_Group, bytes]]:
        self._held.append(phash)
        if len(self._held) == _BLOCK_HASHES:
            yield from self._flush()

    def finish_bundle(self) -> Iterator[WindowedValue]:
        for grouped in self._flush():
            yield GlobalWindows.windowed_value(grouped)

    def _flush(self) -> Iterator[tuple[_Group, bytes]]:
        hashes = nodes_of(self._held)
        self._held = []
        for number, band in enumerate(self._bands):
            values = band.keys(hashes[:, np.newaxis]) & np.uint32((1 << GROUP_BITS) - 1)
            for value, part in part_by(values, hashes):
                yield (number, value), part.tobytes()


def nodes_of(hashes: Iterable[bytes]) -> Nodes:
    """Returns pHashes, 8 bytes each, as numbers."""
    return np.frombuffer(b"".join(hashes), ">u8").astype(np.uint64)


def _compare(group: tuple[_Group, Iterable[bytes]], max_distance: int) -> bytes:
    hashes = np.unique(np.frombuffer(b"".join(group[1]), np.uint64))
    roots = near_roots(hashes, max_distance)
    near = np.flatnonzero(roots != np.arange(len(roots)))
    edges: Edges = np.stack([hashes[near], hashes[roots[near]]], axis=1)
    return edges.tobytes()
