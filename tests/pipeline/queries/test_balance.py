import itertools
import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.queries.balance import (
    UNIT,
    Draw,
    draw,
    expected_units,
    grid,
    max_pairs_for_tail,
    max_pairs_for_target,
    probability,
    tail_share,
)

COUNTS = {"the": 6000, "photo": 1500, "boat": 400, "harbour": 60, "schooner": 9}
MAX_PAIRS = 100


def make_pairs() -> list[tuple[str, tuple[str, ...]]]:
    """Returns pairs whose queries have just these counts, some of them together."""
    rng = random.Random(7)
    pairs: list[list[str]] = [[] for _ in range(8000)]
    for query, count in COUNTS.items():
        for at in rng.sample(range(len(pairs)), count):
            pairs[at].append(query)
    return [(f"{n:032x}", tuple(queries)) for n, queries in enumerate(pairs) if queries]


PAIRS = make_pairs()


def chance(queries: tuple[str, ...]) -> float:
    missed = math.prod(1 - min(1, MAX_PAIRS / COUNTS[query]) for query in queries)
    return 1 - missed


def test_over_50_seeds_as_many_are_drawn_as_expected_of_every_query_and_of_all() -> None:
    expected = {query: 0.0 for query in COUNTS}
    variance = dict(expected)
    for _, queries in PAIRS:
        for query in queries:
            expected[query] += chance(queries)
            variance[query] += chance(queries) * (1 - chance(queries))
    drawn = {query: 0 for query in COUNTS}
    seeds = 50
    for seed in range(seeds):
        keeps = Draw(max_pairs=MAX_PAIRS, counts=COUNTS, seed=seed)
        for uid, queries in PAIRS:
            if keeps(uid, queries):
                for query in queries:
                    drawn[query] += 1
    for query in COUNTS:
        error = abs(drawn[query] - seeds * expected[query])
        # 4 standard deviations: 1 in 16,000 by chance, and the seeds are fixed
        assert error <= 4 * math.sqrt(seeds * variance[query]) + 1e-6, query
    assert drawn["schooner"] == seeds * COUNTS["schooner"]


def test_a_query_that_stands_alone_draws_t_pairs_on_average() -> None:
    kept = [
        sum(
            Draw(max_pairs=200, counts={"photo": 2000}, seed=seed)(f"{n:032x}", ("photo",))
            for n in range(2000)
        )
        for seed in range(50)
    ]
    assert np.mean(kept) == pytest.approx(200, abs=4 * math.sqrt(2000 * 0.1 * 0.9 / 50))
    assert np.std(kept) == pytest.approx(math.sqrt(2000 * 0.1 * 0.9), rel=0.4)


@given(st.permutations(["the", "photo", "boat"]), st.integers(min_value=0, max_value=999))
def test_the_order_of_the_queries_does_not_matter(queries: list[str], number: int) -> None:
    keeps = Draw(max_pairs=50, counts=COUNTS, seed=3)
    uid = f"{number:032x}"
    assert keeps(uid, queries) == keeps(uid, sorted(queries))


@given(st.integers(min_value=1, max_value=6000), st.integers(min_value=0, max_value=999))
def test_a_larger_t_keeps_all_that_a_smaller_one_keeps(max_pairs: int, number: int) -> None:
    uid = f"{number:032x}"
    if Draw(max_pairs=max_pairs, counts=COUNTS, seed=0)(uid, ("the", "photo")):
        assert Draw(max_pairs=max_pairs + 50, counts=COUNTS, seed=0)(uid, ("the", "photo"))


def test_draws_are_even_and_differ_by_seed_uid_and_query() -> None:
    draws = [draw(0, f"{n:032x}", "boat") for n in range(20_000)]
    assert all(0 <= value < 1 for value in draws)
    assert np.histogram(draws, 10, (0, 1))[0] == pytest.approx(2000, abs=4 * math.sqrt(1800))
    different = {draw(*key) for key in itertools.product((0, 1), ("a", "b"), ("x", "y"))}
    assert len(different) == 8


@pytest.mark.parametrize(("count", "expected"), [(0, 1), (99, 1), (100, 1), (101, 100 / 101)])
def test_the_chance_is_t_by_count(count: int, expected: float) -> None:
    assert probability(count, 100) == expected


def test_tail_share_and_t_are_each_others_reverse() -> None:
    counts = [1, 2, 3, 10, 50, 1000]
    assert tail_share(counts, 1000) == pytest.approx(66 / 1066)
    assert max_pairs_for_tail(counts, 66 / 1066) == 50  # as MetaCLIP 2's p_to_t
    assert max_pairs_for_tail(reversed(counts), 1.0) == 1000
    assert tail_share([], 5) == 0.0
    assert max_pairs_for_tail([], 0.06) == 1


def test_a_target_size_is_met_on_average() -> None:
    values = grid(max(COUNTS.values()))
    units = sum(expected_units([COUNTS[q] for q in queries], values) for _, queries in PAIRS)
    for target in (500, 2000, 4000):
        max_pairs = max_pairs_for_target(target, values, units)
        keeps = Draw(max_pairs=max_pairs, counts=COUNTS, seed=1)
        kept = sum(keeps(uid, queries) for uid, queries in PAIRS)
        assert kept == pytest.approx(target, rel=0.1)
    assert max_pairs_for_target(10**9, values, units) == max(COUNTS.values())


def test_chances_add_up_in_whole_numbers_whatever_the_order() -> None:
    values = grid(6000)
    assert values[0] == 1
    assert values[-1] == 6000
    assert list(expected_units([1], values)) == [UNIT] * len(values)
    assert expected_units([6000, 1500], (100,))[0] == round((1 - 59 / 60 * 14 / 15) * UNIT)
    assert grid(0) == (1,)
