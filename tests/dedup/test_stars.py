from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup import stars
from dedup.stars import (
    Edges,
    contract,
    follow,
    from_both_ends,
    gather,
    large_star,
    no_edges,
    part_by,
    settle,
    small_star,
)
from tests.dedup.components import components as smallest

PAIRS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=60)


def as_edges(pairs: Iterable[tuple[int, int]]) -> Edges:
    down = [(max(pair), min(pair)) for pair in pairs if pair[0] != pair[1]]
    return np.array(down, np.uint64).reshape(-1, 2)


def components(edges: Edges) -> dict[int, int]:
    """What scipy says: every node that has an edge, and the smallest of its component."""
    found = smallest(31, edges.tolist())
    return {node: found[node] for node in np.unique(edges).tolist()}


def roots(edges: Edges) -> dict[int, int]:
    found = dict(edges.tolist())
    return {node: found.get(node, node) for node in np.unique(edges).tolist()}


def in_blocks(edges: Edges, size: int = 3) -> list[Edges]:
    return [edges[first : first + size] for first in range(0, len(edges), size)]


def star_round(edges: Edges) -> Edges:
    large = np.concatenate([no_edges(), *large_star(in_blocks(from_both_ends(edges)))])
    return np.concatenate([no_edges(), *small_star(in_blocks(large))])


@given(PAIRS)
def test_edges_in_memory_are_contracted_to_the_components(pairs):
    edges = as_edges(pairs)
    assert roots(contract(edges)) == components(edges)


@given(PAIRS)
def test_rounds_of_stars_end_in_the_components_and_never_join_or_part_any(pairs):
    edges = as_edges(pairs)
    expected = components(edges)
    for _ in range(20):
        edges = star_round(edges)
        assert components(edges) == expected
    settled, left = settle(in_blocks(from_both_ends(edges)))
    assert list(left) == []
    assert roots(settled) == expected


@given(PAIRS, st.integers(0, 3))
def test_what_is_left_after_too_few_rounds_completes_what_is_settled(pairs, rounds):
    edges = as_edges(pairs)
    expected = components(edges)
    for _ in range(rounds):
        edges = star_round(edges)
    settled, left = settle(in_blocks(from_both_ends(edges)))
    more = contract(np.concatenate([no_edges(), *left]))
    assert roots(np.concatenate([follow(settled, more), more])) == expected


@pytest.mark.parametrize("order", ["sorted", "alternating", "random"])
def test_a_path_of_a_thousand_nodes_needs_few_rounds(order: str) -> None:
    names = np.arange(1000)
    if order == "alternating":
        names = np.where(names % 2, names, 1000 - names)
    if order == "random":
        names = np.random.default_rng(0).permutation(1000)
    edges = as_edges(zip(names[:-1].tolist(), names[1:].tolist(), strict=True))
    rounds = 0
    while list(settle([from_both_ends(edges)])[1]):
        edges, rounds = star_round(edges), rounds + 1
    assert rounds <= 10
    assert set(roots(edges).values()) == {int(names.min())}


@given(st.lists(st.integers(0, 5), max_size=8), st.integers(1, 10))
def test_gathered_blocks_hold_the_same_edges_and_enough_of_them(sizes, size):
    blocks = [np.full((count, 2), number, np.uint64) for number, count in enumerate(sizes)]
    gathered = list(gather(blocks, size))
    assert all(len(block) >= size for block in gathered[:-1])
    assert np.concatenate([no_edges(), *gathered]).tolist() == [
        row for block in blocks for row in block.tolist()
    ]


@given(st.lists(st.integers(0, 4), max_size=12))
def test_parts_hold_their_rows_in_order(values):
    rows = np.arange(len(values), dtype=np.uint64)
    parts = {part: block.tolist() for part, block in part_by(np.array(values, int), rows)}
    assert parts == {v: [n for n, w in enumerate(values) if w == v] for v in sorted(set(values))}


def test_nodes_folded_block_by_block_are_as_if_folded_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    edges = as_edges([(5, 1), (5, 3), (9, 5), (2, 1)])
    blocks = [np.ascontiguousarray(row) for row in np.split(from_both_ends(edges), 8)]
    whole = np.concatenate(list(large_star(blocks)))
    monkeypatch.setattr(stars.gather, "__defaults__", (1,))
    assert sorted(np.concatenate(list(large_star(blocks))).tolist()) == sorted(whole.tolist())
