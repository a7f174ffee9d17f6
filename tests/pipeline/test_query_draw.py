import pytest

from pipeline.query_draw import (
    MAX_PAIRS,
    draw_candidate,
    limit_for_target,
    limit_without_units,
    no_units,
    units_of,
)
from pipeline.recipe.queries import Queries
from schemas.records import LedgerRow
from tests.samples import make_candidate


def test_t_is_the_papers_the_recipes_or_that_of_a_tail() -> None:
    assert limit_without_units(Queries(), ()) == MAX_PAIRS
    assert limit_without_units(Queries(max_pairs=5), ()) == 5
    assert limit_without_units(Queries(tail_share=0.07), [300, 120, 30, 5]) == 30


def test_t_for_a_target_follows_from_the_chances_of_all_pairs() -> None:
    pairs = [make_candidate(n, queries=("boat",)) for n in range(100)]
    units = sum((units_of(pair, {"boat": 100}, 100) for pair in pairs), no_units(100))
    assert limit_for_target(40, units, 100) == pytest.approx(40, abs=1)
    assert limit_for_target(40, None, 0) == 1


def test_a_pair_that_no_query_draws_is_told_its_rarest() -> None:
    candidate = make_candidate(1, queries=("boat", "photo"))
    kept = draw_candidate(candidate, max_pairs=50, counts={"photo": 60}, seed=0)
    assert kept is candidate
    row = draw_candidate(candidate, max_pairs=0, counts={"photo": 60, "boat": 51}, seed=0)
    assert isinstance(row, LedgerRow)
    assert row.detail == "its rarest query, 'boat', has 51 pairs; 0 may be drawn"
