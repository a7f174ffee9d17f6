"""Shares of languages: how likely a pair of each is kept, from counts alone.

The scarcest language, for what it is to have, sets the size, and the others are thinned to their
shares. Whether one pair is kept depends on its uid and nothing else: any number of workers, any
order and a second run choose the same.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from filters.language_codes import UNKNOWN
from pipeline.recipe.safety import OTHERS
from pipeline.rules import drop
from schemas.outcomes import Reject, Stage
from schemas.records import Candidate, LedgerRow

_WHOLE = 2**64


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageShares:
    """What a recipe asks for; see `language_shares` there."""

    shares: Mapping[str, float]
    name: str = "language_shares"


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


def language_group(candidate: Candidate, shares: Mapping[str, float]) -> str | None:
    """Returns the key of `shares` that a candidate counts for, None if there is none."""
    return group_of(candidate.language or UNKNOWN, shares)


def thin_language(
    candidate: Candidate, shares: Mapping[str, float], counts: Mapping[str, int]
) -> Candidate | LedgerRow:
    """Returns the candidate if it is drawn, or why it is dropped."""
    language = candidate.language or UNKNOWN
    group = group_of(language, shares)
    if group is None:
        return drop(candidate, Stage.SELECT, Reject.LANGUAGE)
    if is_drawn(candidate.uid, keep_rates(counts, shares)[group]):
        return candidate
    return drop(candidate, Stage.SELECT, Reject.LANGUAGE_SHARE, language)
