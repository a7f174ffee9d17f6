from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.try_recipe.histograms import (
    BAR_HEIGHT,
    BAR_WIDTH,
    MAX_NAMES,
    OTHERS,
    Counts,
    Threshold,
    count_names,
    even_edges,
    growing_edges,
    make_histogram,
)


def counts_of(values: Iterable, kept: Iterable = ()) -> Counts:
    counts = Counts()
    counts.all, counts.kept = Counter(values), Counter(kept)
    return counts


@given(st.lists(st.floats(-5, 5000), max_size=50))
def test_every_value_is_in_one_bar(values: list[float]) -> None:
    chart = make_histogram("t", counts_of(values, values[:3]), growing_edges(100))
    assert sum(bar.count for bar in chart.bars) == len(values)
    assert all(0 <= bar.height <= BAR_HEIGHT for bar in chart.bars)
    assert sum(bar.kept for bar in chart.bars) == len(values[:3])
    assert all(bar.kept_height <= bar.height for bar in chart.bars)
    assert all((bar.height >= 2) == (bar.count > 0) for bar in chart.bars)


def test_a_value_on_an_edge_is_in_the_range_that_begins_there() -> None:
    chart = make_histogram("t", counts_of([0, 1, 1, 2.5, 9]), [0, 1, 2, 3])
    assert [(bar.label, bar.count) for bar in chart.bars] == [
        ("0", 1), ("1", 2), ("2", 1), ("3", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "bars"), [(-1, 0.0), (0, 0.0), (0.5, 0.5), (1, 1.0), (2, 1.5), (3, 3.0), (99, 3.0)]
)
def test_a_threshold_is_marked_where_its_value_lies(value: float, bars: float) -> None:
    chart = make_histogram("t", counts_of([]), [0, 1, 3], [Threshold(key="min", value=value)])
    assert chart.marks[0].x == pytest.approx(bars * BAR_WIDTH)
    assert chart.marks[0].label == f"min = {value:g}"


def test_frequent_names_come_first_and_the_rest_are_one_bar() -> None:
    names = [f"n{n:02d}" for n in range(MAX_NAMES + 3) for _ in range(1 + (n == 5))]
    bars = count_names("t", counts_of(names, names[:-1])).bars
    assert (bars[0].label, bars[0].count, bars[0].kept) == ("n05", 2, 2)
    assert (bars[-1].label, bars[-1].count, bars[-1].kept) == (OTHERS, 3, 2)
    assert sum(bar.count for bar in bars) == len(names)


def test_ranges_grow_and_pass_the_end() -> None:
    assert growing_edges(20) == [0, 1, 2, 3, 4, 6, 8, 12, 16, 24]
    assert even_edges(0, 1, 4) == [0, 0.25, 0.5, 0.75]


def test_records_are_counted_with_their_fate() -> None:
    counts = Counts[str]()
    counts.add("a", is_kept=True)
    counts.add("a", is_kept=False, count=2)
    assert (counts.all["a"], counts.kept["a"]) == (3, 1)
