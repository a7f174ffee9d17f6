"""Shares of languages: how likely a pair of each is kept, from counts alone.

The scarcest language, for what it is to have, sets the size, and the others are thinned to their
shares. Whether one pair is kept depends on its uid and nothing else: any number of workers, any
order and a second run choose the same.
"""

import hashlib
from collections.abc import Mapping

from pipeline.recipe.safety import OTHERS

_WHOLE = 2**64


def keep_rates(counts: Mapping[str, int], shares: Mapping[str, float]) -> dict[str, float]:
    """Returns the probability of a pair in each group of `shares` that has any.

    Args:
        counts: Pairs by group, from `group_of`.
        shares: As in the recipe. Those of groups without a pair are parted among the others.
    """
    there = {name: share for name, share in shares.items() if counts.get(name)}
    size = min((counts[name] / share for name, share in there.items()), default=0.0)
    return {name: size * share / counts[name] for name, share in there.items()}


def group_of(language: str, shares: Mapping[str, float]) -> str | None:
    """Returns the key of `shares` that a language counts for, None if there is none."""
    if language in shares:
        return language
    return OTHERS if OTHERS in shares else None


def is_drawn(uid: str, rate: float) -> bool:
    """Whether the pair is among those kept; draws for other purposes are independent of it."""
    digest = hashlib.blake2b(uid.encode(), digest_size=8, person=b"language").digest()
    return int.from_bytes(digest) < rate * _WHOLE
