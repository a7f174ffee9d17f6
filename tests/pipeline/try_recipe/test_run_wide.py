from collections import Counter
from collections.abc import Iterator, Sequence

import pytest

from pipeline.caps import text_caps
from pipeline.language_shares import LanguageShares
from pipeline.near_texts import NearTexts
from pipeline.query_draw import QueryDraw
from pipeline.recipe.queries import Queries
from pipeline.recipe.select import Select
from pipeline.try_recipe.run_wide import (
    Records,
    Whole,
    find_limit,
    judge_run_wide,
    sight_of,
)
from pipeline.try_recipe.tally import Sight
from schemas.records import Candidate
from tests.samples import make_candidate

TEXT = "a photo of a boat in the harbour"
NEAR = NearTexts(threshold=0.8, permutations=128)


def reader(candidates: Sequence[Candidate]) -> Records:
    def read() -> Iterator[tuple[int, Candidate]]:
        return enumerate(candidates)

    return read


def test_a_cap_keeps_the_smallest_uids_and_tells_the_count() -> None:
    (cap,) = text_caps(Select(max_urls_per_text=2))
    candidates = [make_candidate(n, text=TEXT) for n in range(5)]
    verdicts = list(judge_run_wide(cap, reader(candidates), 5, Whole()))
    smallest = sorted(candidates, key=lambda c: c.uid)[:2]
    assert {candidates[v.number].uid for v in verdicts} == {
        c.uid for c in candidates if c not in smallest
    }
    assert {v.detail for v in verdicts} == {"one of 5, the limit is 2"}


def test_a_sample_is_judged_by_the_counts_of_the_whole() -> None:
    drop, keep = text_caps(Select(drop_text_above=10, max_urls_per_text=10))
    candidates = [make_candidate(n, text=TEXT) for n in range(9)]
    key = drop.key(candidates[0])
    whole = Whole(ratio=10, counts={drop.name: {key: 90}, keep.name: {key: 90}})
    assert len(list(judge_run_wide(drop, reader(candidates), 9, whole))) == 9
    assert not list(judge_run_wide(drop, reader(candidates), 9, Whole(ratio=10)))
    many = [make_candidate(n, text=TEXT) for n in range(900)]
    drawn = Whole(ratio=10, counts={keep.name: {key: 9000}})
    stay = 900 - len(list(judge_run_wide(keep, reader(many), 900, drawn)))
    assert stay <= 6  # 10 of 9,000 stay: of 900 one on average


def test_each_near_text_has_one_verdict_that_names_the_smallest_neighbour() -> None:
    texts = [TEXT, f"{TEXT}!", TEXT.upper(), "two dogs run over the beach at low tide"]
    candidates = [make_candidate(n, text=text) for n, text in enumerate(texts)]
    verdicts = list(judge_run_wide(NEAR, reader(candidates), 4, Whole()))
    first = min(candidates[:3], key=lambda c: c.uid)
    assert len({v.number for v in verdicts}) == len(verdicts) == 2
    assert all(v.detail.startswith(f"of {first.uid} ") for v in verdicts)


def test_shares_thin_what_has_too_many() -> None:
    candidates = [make_candidate(n, language="en" if n % 10 else "fr") for n in range(400)]
    step = LanguageShares(shares={"en": 0.5, "fr": 0.5})
    dropped = Counter(v.detail for v in judge_run_wide(step, reader(candidates), 400, Whole()))
    assert set(dropped) == {"en"}
    assert dropped["en"] == pytest.approx(320, abs=4 * 40**0.5)


def test_t_of_a_sample_is_that_of_the_whole() -> None:
    candidates = [make_candidate(n, queries=("boat",)) for n in range(100)]
    given = QueryDraw(queries=Queries(list="q.txt", max_pairs=100))
    assert not list(judge_run_wide(given, reader(candidates), 100, Whole()))
    dropped = list(judge_run_wide(given, reader(candidates), 100, Whole(ratio=10)))
    assert len(dropped) == pytest.approx(90, abs=12)
    assert find_limit(given, reader(candidates), 10) == (100, {"boat": 1000})
    target = QueryDraw(queries=Queries(list="q.txt", target_pairs=400))
    limit, _ = find_limit(target, reader(candidates), 10)
    assert limit == pytest.approx(400, rel=0.05)


def test_a_text_without_queries_is_another_rules() -> None:
    step = QueryDraw(queries=Queries(list="q.txt"))
    assert not list(judge_run_wide(step, reader([make_candidate(1)]), 1, Whole()))


def test_each_step_says_what_a_sample_sees() -> None:
    (cap,) = text_caps(Select(drop_text_above=2))
    shares, draw = LanguageShares(shares={"en": 1.0}), QueryDraw(queries=Queries())
    part = Whole(ratio=3, counts={cap.name: {}})
    assert [sight_of(step, part) for step in (cap, NEAR, shares, draw)] == [
        Sight.COUNTED, Sight.LESS, Sight.ALL, Sight.SCALED
    ]  # fmt: skip
    assert sight_of(cap, Whole(ratio=3)) is Sight.LESS
    assert {sight_of(step, Whole()) for step in (cap, NEAR, shares, draw)} == {Sight.ALL}
