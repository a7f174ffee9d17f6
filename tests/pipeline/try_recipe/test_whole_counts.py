import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.caps import text_caps
from pipeline.recipe.recipe import Recipe
from pipeline.recipe.select import Select
from pipeline.shards.table import write_table
from pipeline.try_recipe.sample import (
    all_of_tables,
    sample_stream,
    sample_tables,
    some_of_tables,
)
from pipeline.try_recipe.try_recipe import try_select
from pipeline.try_recipe.whole_counts import (
    NUM_SMALLEST,
    DistinctUids,
    Relatives,
    count_whole,
)
from schemas.tables import CANDIDATES, candidate_from_row, candidate_to_row
from tests.samples import make_candidate

TEXT = "a photo of a boat in the harbour"
RECIPE = Recipe(select=Select(drop_text_above=10, max_urls_per_text=10, max_texts_per_url=2))


@given(st.lists(st.integers(0, 2**128 - 1), max_size=60), st.randoms())
def test_a_few_uids_are_counted_exactly_however_often_they_come(
    values: list[int], order: random.Random
) -> None:
    uids = [f"{value:032x}" for value in values * 2]
    order.shuffle(uids)
    distinct = DistinctUids()
    for uid in uids:
        distinct.add(uid)
    assert int(distinct) == len(set(values))


def test_many_uids_are_counted_within_a_tenth() -> None:
    rng, distinct = random.Random(4), DistinctUids()
    for _ in range(20 * NUM_SMALLEST):
        distinct.add(f"{rng.getrandbits(128):032x}")
    assert int(distinct) == pytest.approx(20 * NUM_SMALLEST, rel=0.1)


def test_relatives_share_a_clean_text_or_an_image() -> None:
    sample = [make_candidate(1, text="A &amp; B in the sun")]
    is_relative = Relatives(sample, RECIPE)
    assert is_relative("http://elsewhere.example/", "A & B  in the sun")
    assert is_relative(sample[0].url, "another text")
    assert not is_relative("http://elsewhere.example/", "another text")
    without = Recipe(select=Select(clean_text=False))
    assert not Relatives(sample, without)("http://elsewhere.example/", "A & B in the sun")


def test_what_passes_the_rules_is_counted_once_for_each_pair() -> None:
    candidates = [make_candidate(n, text=TEXT) for n in range(30)]
    copies = [replace(c, page_url="http://example.com/b") for c in candidates]
    refused = [make_candidate(50 + n, text=TEXT, opt_out=("noai",)) for n in range(9)]
    every = [*candidates, *copies, *refused]
    sample = sample_stream(every, 5)
    counts = count_whole(sample, every, RECIPE)
    drop = text_caps(RECIPE.select)[0]
    assert counts["drop_text_above"] == {drop.key(candidates[0]): 30}
    assert set(counts["max_texts_per_url"].values()) == {1}


def test_nothing_is_counted_without_caps_or_of_a_whole_input() -> None:
    candidates = [make_candidate(n) for n in range(3)]
    assert count_whole(sample_stream(candidates, 1), candidates, Recipe()) == {}
    assert count_whole(sample_stream(candidates, 3), candidates, RECIPE) == {}


def test_a_sample_finds_the_share_that_caps_drop_in_a_full_run(tmp_path: Path) -> None:
    rng = random.Random(2)
    captions = [f"{TEXT} of the town with number {n} {rng.random()}" for n in range(200)]
    often = [make_candidate(n, text=captions[n % 40]) for n in range(2000)]  # 50 times each
    seldom = [make_candidate(5000 + n, text=captions[40 + n % 160]) for n in range(960)]
    path = str(tmp_path / "c.parquet")
    write_table(path, map(candidate_to_row, [*often, *seldom]), CANDIDATES)
    recipe = Recipe(select=Select(max_urls_per_text=10))
    sample = sample_tables([path], candidate_from_row, 400)
    found = some_of_tables([path], candidate_from_row, Relatives(sample.records, recipe))
    report = try_select(recipe, sample, "there", counts=count_whole(sample, found, recipe))
    whole = try_select(recipe, all_of_tables([path], candidate_from_row), "there")
    assert whole.num_kept == 960 + 400
    low, high = report.kept_range
    assert low <= whole.num_kept <= high
    blind = try_select(recipe, sample, "there")
    assert blind.kept_range[0] > whole.num_kept
