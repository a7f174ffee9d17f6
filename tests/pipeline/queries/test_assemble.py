import random

import pytest

from pipeline.queries.assemble import PAIR, Pair, assemble, count_sources, score_pair
from pipeline.queries.options import ListOptions

WORDS = [("boat", 150), ("york", 120), ("new", 300), ("rare", 99), ("!", 500)]
PAIRS = [
    Pair(words=PAIR.join(("new", "york")), together=110, first=300, second=120),
    Pair(words=PAIR.join(("the", "boat")), together=140, first=9000, second=150),
    Pair(words=PAIR.join(("hapax", "legomenon")), together=2, first=2, second=2),
]
TITLES = [("New York", 500), ("Boat", 80), ("Nobody", 69), ("Albert Einstein", 90)]
SYNSETS = ["boat", "rowing boat"]


def build(options: ListOptions) -> list[str]:
    queries = assemble(
        options, words=WORDS, pairs=PAIRS, total=100_000, titles=TITLES, synsets=SYNSETS
    )
    return [f"{query.text}: {' '.join(query.sources)}" for query in queries]


def test_the_papers_order_and_thresholds_decide_and_no_query_stands_twice() -> None:
    assert build(ListOptions()) == [
        "new: word",
        "boat: word title wordnet",
        "york: word",
        "new york: bigram title",
        "the boat: bigram",
        "albert einstein: title",
        "rowing boat: wordnet",
    ]


def test_case_is_kept_where_it_is_asked_for_and_numbers_added() -> None:
    queries = build(ListOptions(case="keep", numbers=True, max_words=1))
    assert queries[:2] == ["new: word", "new york: bigram"]
    assert "New York: title" in queries
    assert queries[-1] == "99: number"


def test_scores_rank_and_cut_off_bigrams() -> None:
    assert "the boat: bigram" not in build(ListOptions(max_bigrams=1))
    best = build(ListOptions(bigram_score="pmi", min_bigram_count=1, max_bigrams=1))
    assert [query for query in best if "bigram" in query] == ["hapax legomenon: bigram"]
    above = build(ListOptions(min_bigram_score=0.6))
    assert [query for query in above if "bigram" in query] == ["new york: bigram title"]


def test_long_queries_are_left_out() -> None:
    assert "albert einstein: title" not in build(ListOptions(max_chars=12))


def test_the_order_of_the_counts_does_not_matter() -> None:
    once = assemble(ListOptions(), words=WORDS, pairs=PAIRS, total=100_000, titles=TITLES)
    again = [random.Random(1).sample(items, len(items)) for items in (WORDS, PAIRS, TITLES)]
    words, pairs, titles = again
    assert assemble(ListOptions(), words=words, pairs=pairs, total=100_000, titles=titles) == once
    assert count_sources(once) == {"word": 3, "bigram": 2, "title": 1}


def test_a_bigram_carries_its_counts_and_both_scores() -> None:
    query = score_pair(PAIRS[0], 100_000)
    assert (query.text, query.count) == ("new york", 110)
    assert query.pmi == pytest.approx(8.2553, abs=1e-4)
    assert query.npmi == pytest.approx(0.8400, abs=1e-3)
