from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from filters.privacy.span import Span, replace_spans, without_overlaps

SPANS = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 9)).map(lambda s: Span(s[0], s[0] + s[1], "x"))
)


def test_tokens_stand_where_the_spans_were() -> None:
    assert replace_spans("a bb c dd", [Span(2, 4, "x"), Span(7, 9, "y")]) == "a <x> c <y>"
    assert replace_spans("a bb", []) == "a bb"


def test_of_two_that_overlap_the_first_given_stays() -> None:
    given_spans = [Span(5, 9, "sure"), Span(0, 6, "less"), Span(0, 5, "apart")]
    assert without_overlaps(given_spans) == [Span(0, 5, "apart"), Span(5, 9, "sure")]


@given(SPANS)
def test_what_is_left_is_apart_and_by_place(spans: list[Span]) -> None:
    left = without_overlaps(spans)
    assert all(a.end <= b.start for a, b in pairwise(left))
    assert set(left) <= set(spans)
    assert bool(left) == bool(spans)
