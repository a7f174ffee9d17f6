import numba
import pytest

from schemas.compiled import compiled


def add(one: int, other: int) -> int:
    return one + other


def test_a_compiled_function_is_the_function() -> None:
    assert compiled(add)(2, 3) == add(2, 3)


def test_where_nothing_can_be_kept_it_is_compiled_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    njit = numba.njit

    def refuse(*, cache: bool = False, **options: bool):
        if cache:
            raise RuntimeError("cannot cache function 'add': no locator available")
        return njit(**options)

    monkeypatch.setattr(numba, "njit", refuse)
    assert compiled(add, fastmath=True)(2, 3) == add(2, 3)
