import random

import apache_beam as beam
import numpy as np
import pytest

from dedup.stars import contract, no_edges
from pipeline.stages import find_components
from pipeline.stages.find_components import FindComponents, JoinLeft, edges_of
from schemas.errors import RunError
from tests.dedup.components import components
from tests.pipeline.stages.runner import run


def planted(seed: int) -> list[tuple[int, int]]:
    """Paths, stars and random trees over nodes whose names are mixed."""
    rng = np.random.default_rng(seed)
    names = rng.permutation(3000) + 1
    pairs = [(n, n + 1) for n in range(400)]
    pairs += [(500, n) for n in range(501, 900)]
    pairs += [(n, int(rng.integers(1000, n))) for n in range(1001, 1600)]
    pairs += [tuple(row) for row in rng.integers(1700, 3000, (500, 2)).tolist()]
    return [
        (max(one, other), min(one, other))
        for one, other in (names[list(pair)].tolist() for pair in pairs)
        if one != other
    ]


def expected(pairs: list[tuple[int, int]]) -> dict[int, int]:
    return {node: root for node, root in enumerate(components(3001, pairs)) if node != root}


def found(pairs: list[tuple[int, int]], stage: FindComponents, blocks: int = 20) -> dict[int, int]:
    parts = np.array_split(np.array(pairs, np.uint64), blocks)

    def construct(root: beam.Pipeline) -> dict[str, beam.PCollection]:
        given = root | beam.Create([part.tobytes() for part in parts]) | beam.Reshuffle()
        return {"edges": given | stage}

    edges = [no_edges(), *map(edges_of, run(construct)["edges"])]
    rows = np.concatenate(edges).tolist()
    assert len(rows) == len({node for node, _ in rows})
    return dict(rows)


@pytest.mark.parametrize(("rounds", "block_edges"), [(0, 1), (1, 1), (4, 1), (2, 100), (1, 10**6)])
def test_components_are_those_of_scipy_however_many_rounds_are_made(
    rounds: int, block_edges: int
) -> None:
    pairs = planted(rounds)
    random.Random(rounds).shuffle(pairs)
    assert found(pairs, FindComponents(rounds, block_edges=block_edges)) == expected(pairs)


def test_too_much_that_is_left_ends_the_run_with_what_to_do() -> None:
    with pytest.raises(RunError, match=r"left after 0 rounds, 10 may be: give more in \[dedupe\]"):
        found(planted(0), FindComponents(0, max_left=10, block_edges=1))


def test_what_is_left_is_joined_bit_by_bit_as_if_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    edges = np.array(planted(3), np.uint64)
    monkeypatch.setattr(find_components, "BLOCK_EDGES", 50)
    join = JoinLeft(rounds=1, max_left=len(edges))
    parts = [join.create_accumulator() for _ in range(3)]
    for number, edge in enumerate(edges):
        parts[number % 3] = join.add_input(parts[number % 3], edge.tobytes())
    assert sum(map(len, parts)) < len(edges) / 2  # it has joined on the way
    joined = edges_of(join.extract_output(join.merge_accumulators(parts)))
    assert joined.tolist() == contract(edges).tolist()


def test_nothing_is_left_after_enough_rounds() -> None:
    pairs = planted(0)
    assert found(pairs, FindComponents(7, max_left=0, block_edges=1)) == expected(pairs)


def test_no_edge_gives_no_component() -> None:
    assert found([], FindComponents(2), blocks=1) == {}
