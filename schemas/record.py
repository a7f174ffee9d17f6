"""What records share: they cross process borders, change a field and are made at C's speed.

What `dataclasses` gives frozen classes with slots asks for the list of fields each time; that was
half of the processor time of `select`.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from itertools import repeat
from operator import attrgetter
from typing import Any, NamedTuple, Self, TypeVar

_R = TypeVar("_R", bound="Record")


class _Access(NamedTuple):
    """How the fields of a class are read and written; only its slots get past `frozen`."""

    values: Callable[[object], tuple[Any, ...]]
    puts: Mapping[str, Callable[[object, Any], None]]


class Record:
    """What a frozen dataclass with slots and at least two fields inherits; no `__post_init__`."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        """Returns what `pickle` needs."""
        cls = type(self)
        return _restore, (cls, _access(cls).values(self))

    @classmethod
    def from_columns(cls, columns: Mapping[str, Iterable[Any]], count: int) -> list[Self]:
        """Returns `count` records, with values for every field and no defaults."""
        records = list(map(object.__new__, repeat(cls, count)))
        for name, put in _access(cls).puts.items():
            deque(map(put, records, columns[name]), maxlen=0)  # a loop in C
        return records

    def replaced(self, **changes: object) -> Self:
        """Returns a copy with other values, as `dataclasses.replace` does."""
        copy = _restore(type(self), _access(type(self)).values(self))
        puts = _access(type(self)).puts
        for name, value in changes.items():
            puts[name](copy, value)
        return copy


def _restore(cls: type[_R], values: tuple[Any, ...]) -> _R:
    record = object.__new__(cls)
    for put, value in zip(_access(cls).puts.values(), values, strict=True):
        put(record, value)
    return record


def _access(cls: type) -> _Access:
    known = _ACCESS.get(cls)
    if known is None:
        first, *others = (field.name for field in fields(cls))
        puts = {name: getattr(cls, name).__set__ for name in (first, *others)}
        known = _ACCESS[cls] = _Access(attrgetter(first, *others), puts)
    return known


_ACCESS: dict[type, _Access] = {}
