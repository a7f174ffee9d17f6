"""Connected components of blocks of edges, whatever their number: rounds of alternating stars.

A graph of Beam has no loop, so the number of rounds stands in it; then every node is looked at once
more. Where components are done they are stars. What is left, nothing as a rule, is joined on one
worker if it is little, and ends the run if it is not: no wrong cluster comes out.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
import numpy as np
from apache_beam.transforms.window import GlobalWindows
from apache_beam.utils.windowed_value import WindowedValue

from dedup.stars import (
    BLOCK_EDGES,
    Edges,
    Step,
    contract,
    follow,
    from_both_ends,
    large_star,
    no_edges,
    part_by,
    settle,
    small_star,
)
from pipeline.stages.stage import Stage
from schemas.errors import RunError

# Each part of the nodes is one element of a step: 1.6 million nodes of 400 million, some 100 MB.
_PART_BITS = 8
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2**64 by the golden ratio (Knuth, TAOCP 6.4)

# 256 MB of edges, and some 2 GB to join them.
MAX_LEFT = 2**24


@dataclass
class FindComponents(Stage):
    """Turns blocks of edges into blocks of edges from nodes to the smallest of their component.

    Attributes:
        rounds: Of two steps each. Three are enough for what was measured (benchmarks/README.md).
        max_left: Edges that may be left after them.
        block_edges: Of a bundle, joined where they are before they travel.
    """

    rounds: int
    max_left: int = MAX_LEFT
    block_edges: int = BLOCK_EDGES

    def expand(self, edges: beam.PCollection) -> beam.PCollection:
        for number in range(self.rounds):
            edges = edges | f"LargeStar {number}" >> _Round(large_star, True, self.block_edges)
            edges = edges | f"SmallStar {number}" >> _Round(small_star, False, self.block_edges)
        parted = (
            edges
            | "SendAll" >> beam.ParDo(_Send(True, self.block_edges))
            | "All" >> beam.GroupByKey()
            | "Settle" >> beam.ParDo(_Settle()).with_outputs("left", main="settled")
        )
        left = parted.left | "JoinLeft" >> beam.CombineGlobally(
            JoinLeft(self.rounds, self.max_left)
        )
        followed = parted.settled | "Follow" >> beam.Map(_follow, beam.pvalue.AsSingleton(left))
        return (followed, left) | "Components" >> beam.Flatten()


@dataclass
class _Round(Stage):
    step: Step
    from_both: bool
    block_edges: int

    def expand(self, edges: beam.PCollection) -> beam.PCollection:
        return (
            edges
            | beam.ParDo(_Send(self.from_both, self.block_edges))
            | beam.GroupByKey()
            | beam.FlatMap(_run, self.step)
        )


class _Send(beam.DoFn):
    """Joins the edges of a bundle and sends them to the part of their first node, or of both."""

    def __init__(self, from_both: bool, block_edges: int) -> None:
        self._from_both = from_both
        self._block_edges = block_edges

    def start_bundle(self) -> None:
        self._held: list[Edges] = []
        self._count = 0

    def process(self, block: bytes) -> Iterator[tuple[int, bytes]]:
        edges = edges_of(block)
        self._held.append(edges)
        self._count += len(edges)
        if self._count >= self._block_edges:
            yield from self._flush()

    def finish_bundle(self) -> Iterator[WindowedValue]:
        for sent in self._flush():
            yield GlobalWindows.windowed_value(sent)

    def _flush(self) -> Iterator[tuple[int, bytes]]:
        edges = contract(np.concatenate([no_edges(), *self._held]))
        self._held, self._count = [], 0
        edges = from_both_ends(edges) if self._from_both else edges
        parts = (edges[:, 0] * _SPREAD) >> np.uint64(64 - _PART_BITS)
        for part, block in part_by(parts, edges):
            yield part, block.tobytes()


class _Blocks(Iterable[Edges]):
    """The blocks of a part; read anew each time, and never all in memory where an engine can."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = blocks

    def __iter__(self) -> Iterator[Edges]:
        return map(edges_of, self._blocks)


class _Settle(beam.DoFn):
    def process(self, part: tuple[int, Iterable[bytes]]) -> Iterator[Any]:
        settled, left = settle(_Blocks(part[1]))
        yield settled.tobytes()
        for edges in left:
            yield beam.TaggedOutput("left", edges.tobytes())


class JoinLeft(beam.CombineFn):
    """Joins the edges that rounds have left; raises RunError if they are too many for that."""

    def __init__(self, rounds: int, max_left: int) -> None:
        self._rounds = rounds
        self._max_left = max_left

    def create_accumulator(self) -> list[Edges]:
        return []

    def add_input(self, accumulator: list[Edges], block: bytes) -> list[Edges]:
        return self._joined([*accumulator, edges_of(block)])

    def merge_accumulators(self, accumulators: Iterable[list[Edges]]) -> list[Edges]:
        return self._joined([edges for held in accumulators for edges in held])

    def extract_output(self, accumulator: list[Edges]) -> bytes:
        return self._contracted(accumulator).tobytes()

    def _joined(self, held: list[Edges]) -> list[Edges]:
        # Doubled before it is joined again, so that many blocks do not join all of it each time.
        total = sum(map(len, held))
        if len(held) > 1 and total >= max(BLOCK_EDGES, 2 * len(held[0])):
            return [self._contracted(held)]
        return held

    def _contracted(self, held: list[Edges]) -> Edges:
        edges = contract(np.concatenate([no_edges(), *held]))
        if len(edges) > self._max_left:
            raise RunError(
                f"clusters of near pictures: {len(edges):,} edges or more are left after"
                f" {self._rounds} rounds, {self._max_left:,} may be:"
                " give more in [dedupe] cluster_rounds"
            )
        return edges


def edges_of(block: bytes) -> Edges:
    """Returns the edges of a block."""
    return np.frombuffer(block, np.uint64).reshape(-1, 2)


def _run(part: tuple[int, Iterable[bytes]], step: Step) -> Iterator[bytes]:
    for edges in step(_Blocks(part[1])):
        yield edges.tobytes()


def _follow(block: bytes, left: bytes) -> bytes:
    return follow(edges_of(block), edges_of(left)).tobytes()
