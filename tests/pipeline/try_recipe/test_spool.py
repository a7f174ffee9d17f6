from contextlib import closing

from hypothesis import given
from hypothesis import strategies as st

from pipeline.try_recipe.spool import Spool, scatter


@given(st.lists(st.integers()), st.integers(1, 5), st.sampled_from([10, 10**6]))
def test_items_come_back_in_order_as_often_as_one_likes(
    items: list[int], batch: int, memory: int
) -> None:
    with closing(Spool[int](memory, batch)) as spool:
        spool.extend(items)
        assert len(spool) == len(items)
        assert list(spool) == list(spool) == items
        spool.add(7)
        assert list(spool) == [*items, 7]


def test_two_readers_do_not_disturb_each_other() -> None:
    with closing(Spool[int](batch=1)) as spool:
        spool.extend(range(5))
        assert list(zip(spool, spool, strict=True)) == [(n, n) for n in range(5)]


def test_batches_are_of_the_size_asked_for() -> None:
    with closing(Spool[int](batch=2)) as spool:
        spool.extend(range(5))
        assert list(spool.batches()) == [[0, 1], [2, 3], [4]]


def test_items_of_one_key_are_in_one_part_in_their_order() -> None:
    keyed = [(f"key {n % 10}".encode(), n) for n in range(200)]
    with scatter(keyed, 200_000) as parts:
        assert len(parts) == 11
        held = [list(part) for part in parts]
    assert sorted(n for part in held for n in part) == list(range(200))
    for part in held:
        assert part == sorted(part)
        assert all({n for n in range(200) if n % 10 == item % 10} <= set(part) for item in part)
