import pickle
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.placeholders import (
    EXAMPLES,
    SKETCH,
    BucketCounts,
    Distinct,
    TooManyUrls,
    Uses,
    bucket_of,
)


def use(number: int, host: str = "a.org", caption: str = "a boat") -> Uses:
    url = f"http://{host}/{number:04d}.jpg"
    return Uses.of(url=url, host=host, caption=caption, place=(f"{number:032x}", number))


@given(texts=st.lists(st.text(max_size=3), max_size=SKETCH - 1))
def test_few_texts_are_counted_exactly(texts: list[str]) -> None:
    assert Distinct.merge(map(Distinct.of, texts)).count == len(set(texts))


@pytest.mark.parametrize("number", [SKETCH, 1000, 20_000])
def test_many_texts_are_counted_within_four_standard_errors(number: int) -> None:
    found = Distinct.merge(Distinct.of(str(n)) for n in range(number)).count
    assert abs(found - number) <= 4 * number / (SKETCH - 2) ** 0.5


@given(seed=st.integers(0, 99), cut=st.integers(1, 699))
def test_order_and_grouping_change_no_count(seed: int, cut: int) -> None:
    parts = [Distinct.of(str(n % 600)) for n in range(700)]
    whole = Distinct.merge(parts).count
    random.Random(seed).shuffle(parts)
    assert Distinct.merge([Distinct.merge(parts[:cut]), Distinct.merge(parts[cut:])]).count == whole


def test_uses_tell_urls_hosts_texts_and_examples() -> None:
    uses = [use(n, host=f"{n % 3}.org", caption=f"text {n % 2}") for n in range(9)]
    merged = Uses.merge([Uses.merge(uses[5:]), Uses.merge(uses[:5]), uses[0]])
    assert merged.pairs == 10
    counts = (merged.urls.count, merged.hosts.count, merged.captions.count)
    assert counts == (9, 3, 2)
    assert len(merged.examples) == EXAMPLES
    assert merged.examples[0] == "http://0.org/0000.jpg"
    assert merged.first == (f"{0:032x}", 0)
    assert pickle.loads(pickle.dumps(merged)).urls.count == 9


@pytest.mark.parametrize(
    ("urls", "captions", "expected"), [(11, 4, True), (10, 4, False), (11, 3, False)]
)
def test_a_placeholder_is_over_both_limits(urls: int, captions: int, expected: bool) -> None:
    uses = Uses.merge(use(n, caption=f"text {n % captions}") for n in range(urls))
    assert TooManyUrls(max_urls=10, max_captions=3)(uses) is expected


def test_heavy_buckets_hold_whatever_comes_often() -> None:
    counts = [BucketCounts(), BucketCounts()]
    for number in range(1000):
        counts[number % 2].add(bucket_of(f"{number:064x}"))
    for number in range(6):
        counts[number % 2].add(bucket_of("often"))
    merged = pickle.loads(pickle.dumps(BucketCounts.merge(counts)))
    assert merged.heavier(5) == {bucket_of("often")}
    assert bucket_of("often") in merged.heaviest(1)
    assert bucket_of("never") not in merged.heaviest(10)


def test_what_comes_once_is_not_heavy() -> None:
    counts = BucketCounts()
    counts.add(bucket_of("once"))
    assert counts.heaviest(100) == frozenset()
