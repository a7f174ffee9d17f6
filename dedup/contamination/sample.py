"""Chooses some parts of a pool, spread over it: the same ones each time, wherever the pool lies."""

import hashlib
import os
from collections.abc import Sequence
from typing import Final, TypeVar

# A shard is fingerprinted as a whole and kept; of other parts only what is asked for is read.
ROWS_OF_A_SHARD: Final = 10_000
IMAGES_OF_A_PART: Final = 256

Part = TypeVar("Part")


def choose_sample(
    parts: Sequence[tuple[str, Part]], wanted: int, *, least: int
) -> list[tuple[Part, int]]:
    """Returns parts, each with how many of its pictures to take, at most.

    Args:
        parts: Each with its path, whose last name decides the order.
        wanted: Pictures, in all; rounded up to whole shares.
        least: Pictures of a part that are worth opening it.
    """
    if not parts:
        return []
    share = max(least, -(-wanted // len(parts)))
    ordered = sorted(parts, key=_mixed)
    taken = ordered[: -(-wanted // share)]
    shares = [min(share, wanted - number * share) for number in range(len(taken))]
    return [(part, count) for (_, part), count in zip(taken, shares, strict=True)]


def mix(text: str) -> str:
    """Returns what sorts texts in an order that has nothing to do with them."""
    return hashlib.sha256(text.encode()).hexdigest()


def _mixed(part: tuple[str, object]) -> str:
    return mix(os.path.basename(part[0]))
