"""Compiles loops over arrays with numba, and keeps the machine code where that can be written."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F, *, fastmath: bool = False) -> F:
    """Returns the function, compiled at its first call and free of Python's lock.

    Where neither the package's folder nor the user's cache can be written, as in a container with
    a read-only home, numba refuses to keep anything: then each process compiles for itself.

    Args:
        function: Of arrays and numbers.
        fastmath: Whether sums may be taken in any order: the last digits then depend on the CPU.
    """
    try:
        made = numba.njit(nogil=True, cache=True, fastmath=fastmath)(function)
    except RuntimeError:
        made = numba.njit(nogil=True, fastmath=fastmath)(function)
    return cast(F, made)
