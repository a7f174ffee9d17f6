from hypothesis import given
from hypothesis import strategies as st

from dedup.alternative_texts import alternatives, best_texts

RANKS = st.tuples(st.sampled_from([-0.5, 2.0]), st.integers(0, 2), st.integers(-3, 0))
CAPTIONS = st.lists(st.tuples(RANKS, st.sampled_from("abcdef")), max_size=20)


def test_each_text_stands_once_at_its_best_and_the_best_comes_first() -> None:
    captions = [((2.0, 1, -3), "b"), ((2.0, 0, -1), "a"), ((-0.3, 4, -1), "b"), ((2.0, 0, -1), "c")]
    assert [text for _, text in best_texts(captions, 5)] == ["b", "a", "c"]
    assert best_texts(captions, 1) == [((-0.3, 4, -1), "b")]


@given(CAPTIONS, CAPTIONS, st.integers(1, 4))
def test_parts_combined_in_any_order_are_the_whole(some, more, count):
    whole = best_texts([*some, *more], count)
    parts = best_texts([*best_texts(more, count), *best_texts(some, count)], count)
    assert parts == whole


def test_the_kept_text_is_no_alternative_to_itself() -> None:
    captions = best_texts([((2.0, 0, -n), f"text {n}") for n in range(4)], 3)
    assert alternatives("text 2", captions, 2) == ("text 3", "text 1")
    assert alternatives("another", captions, 2) == ("text 3", "text 2")
