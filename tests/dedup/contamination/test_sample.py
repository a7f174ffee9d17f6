from hypothesis import given
from hypothesis import strategies as st

from dedup.contamination.sample import choose_sample, mix


@given(st.integers(0, 40), st.integers(1, 500), st.integers(1, 60))
def test_shares_are_never_more_than_wanted_and_as_much_as_the_parts_allow(
    count: int, wanted: int, least: int
) -> None:
    parts = [(f"folder/{number}.tar", number) for number in range(count)]
    sample = choose_sample(parts, wanted, least=least)
    assert sum(share for _, share in sample) == (wanted if parts else 0)
    assert all(share > 0 for _, share in sample)
    assert len({part for part, _ in sample}) == len(sample)


def test_a_part_is_not_opened_for_a_few_pictures() -> None:
    parts = [(f"{number}.tar", number) for number in range(1000)]
    assert [share for _, share in choose_sample(parts, 25, least=10)] == [10, 10, 5]


def test_the_choice_does_not_depend_on_order_or_place() -> None:
    parts = [(f"{number}.tar", number) for number in range(100)]
    moved = [(f"s3://bucket/{path}", number) for path, number in reversed(parts)]
    assert choose_sample(parts, 30, least=10) == choose_sample(moved, 30, least=10)
    assert mix("a") != mix("b")
