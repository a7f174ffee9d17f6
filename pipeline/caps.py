"""Limits on how often a text, a text of a host, and an image come in a run: by count and uid alone.

The stage counts in Beam, `recipe try` without it; what is counted and decided stands here.
"""

import bisect
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from dedup.text_keys import host_text_key, text_key, url_key
from pipeline.recipe.select import Select
from pipeline.rules import drop
from schemas.outcomes import Reject, Stage
from schemas.records import Candidate, LedgerRow

Tally = tuple[int, list[str]]  # candidates of a key, and the smallest of their uids


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """A limit on the candidates of one key.

    Attributes:
        name: The recipe's key.
        key: Of a candidate.
        limit: Candidates of a key, inclusive.
        num_kept: Candidates that stay of a key above the limit.
    """

    name: str
    key: Callable[[Candidate], bytes]
    limit: int
    num_kept: int
    reason: Reject


def text_caps(select: Select) -> tuple[Cap, ...]:
    """Returns the caps of a recipe, in the order in which they are applied."""
    known = (
        ("drop_text_above", text_key, False, Reject.FREQUENT_TEXT),
        ("drop_host_text_above", host_text_key, False, Reject.FREQUENT_ON_HOST),
        ("max_texts_per_url", url_key, True, Reject.URL_TEXTS),
        ("max_urls_per_text", text_key, True, Reject.TEXT_URLS),
    )
    asked = ((name, getattr(select, name), *rest) for name, *rest in known)
    return tuple(
        Cap(name=name, key=key, limit=limit, num_kept=limit if is_kept else 0, reason=reason)
        for name, limit, key, is_kept, reason in asked
        if limit is not None
    )


def add_uid(tally: Tally, uid: str, num_kept: int) -> Tally:
    """Returns the tally with one candidate more; its list is changed in place."""
    count, uids = tally
    if num_kept and (len(uids) < num_kept or uid < uids[-1]):
        bisect.insort(uids, uid)
        del uids[num_kept:]
    return count + 1, uids


def merge_tallies(tallies: Iterable[Tally], num_kept: int) -> Tally:
    """Returns the tally of all candidates."""
    count, uids = 0, list[str]()
    for more, others in tallies:
        count += more
        uids = sorted(uids + others)[:num_kept]
    return count, uids


def settle_tally(tally: Tally) -> tuple[int, str]:
    """Returns the count and the last uid that stays, "" if none does."""
    count, uids = tally
    return count, uids[-1] if uids else ""


def over_cap(uid: str, tally: tuple[int, str] | None, cap: Cap) -> str | None:
    """Returns why a candidate goes, in the ledger's words, or None if it stays.

    Args:
        uid: Of the candidate.
        tally: Of its key, from `settle_tally`; None if the key is within the limit.
        cap: The limit.
    """
    if tally is None:
        return None
    count, last = tally
    return None if uid <= last else cap_detail(count, cap)


def cap_detail(count: int, cap: Cap) -> str:
    """Returns what the ledger says of a candidate whose key has `count`."""
    return f"one of {count}, the limit is {cap.limit}"


def cap_candidate(
    joined: tuple[Candidate, tuple[int, str] | None], cap: Cap
) -> Candidate | LedgerRow:
    """Returns the candidate, or why its key has enough; see `over_cap`."""
    candidate, tally = joined
    detail = over_cap(candidate.uid, tally, cap)
    return candidate if detail is None else drop(candidate, Stage.SELECT, cap.reason, detail)
