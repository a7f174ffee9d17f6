"""What records share: they cross process borders and change a field at the cost of a tuple.

What `dataclasses` gives frozen classes with slots asks for the list of fields each time; that was
half of the processor time of `select`.
"""

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any, Self, TypeVar, cast

_R = TypeVar("_R", bound="Record")
_Put = Callable[[object, Any], None]


class Record:
    """What a frozen dataclass with slots and at least two fields inherits; no `__post_init__`."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        """Returns what `pickle` needs."""
        cls = type(self)
        return _restore, (cls, _values(cls)(self))

    def replaced(self, **changes: object) -> Self:
        """Returns a copy with other values, as `dataclasses.replace` does."""
        cls = type(self)
        copy = _restore(cls, _values(cls)(self))
        for name, value in changes.items():
            _puts(cls)[name](copy, value)
        return copy


def _restore(cls: type[_R], values: tuple[Any, ...]) -> _R:
    record = object.__new__(cls)
    for put, value in zip(_puts(cls).values(), values, strict=True):
        put(record, value)
    return record


@cache
def _values(cls: type[Record]) -> Callable[[Record], tuple[Any, ...]]:
    first, *others = _names(cls)
    return attrgetter(first, *others)


@cache
def _puts(cls: type[Record]) -> dict[str, _Put]:
    """Returns how each slot is filled; a frozen class lets only its slots themselves do it."""
    return {name: getattr(cls, name).__set__ for name in _names(cls)}


def _names(cls: type[Record]) -> list[str]:
    return list(cast("tuple[str, ...]", cls.__slots__))
