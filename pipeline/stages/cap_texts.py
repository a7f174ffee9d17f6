"""Part of stage 2: limits on how often a text, a text of a host, and an image come in a run.

Which records stay is a matter of uids, so that it does not depend on workers or their order. Only
counts are combined per key; the records are joined to those of the keys above the limit.
"""

import bisect
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import apache_beam as beam

from dedup.text_keys import host_text_key, text_key, url_key
from pipeline.recipe.select import Select
from pipeline.rules import drop
from pipeline.stages.join_few import JoinFew
from pipeline.stages.stage import Split, Stage
from schemas.outcomes import Reject
from schemas.outcomes import Stage as Stages
from schemas.records import Candidate, LedgerRow

_Tally = tuple[int, list[str]]


@dataclass(frozen=True, kw_only=True)
class Cap:
    """A limit on the candidates of one key.

    Attributes:
        key: Of a candidate.
        limit: Candidates of a key, inclusive.
        num_kept: Candidates that stay of a key above the limit.
    """

    key: Callable[[Candidate], bytes]
    limit: int
    num_kept: int
    reason: Reject


def text_caps(select: Select) -> dict[str, Cap]:
    """Returns the caps of a recipe by name, in the order in which they are applied."""
    asked = {
        "FrequentTexts": (text_key, select.drop_text_above, False, Reject.FREQUENT_TEXT),
        "FrequentOnHosts": (
            host_text_key,
            select.drop_host_text_above,
            False,
            Reject.FREQUENT_ON_HOST,
        ),
        "TextsOfUrls": (url_key, select.max_texts_per_url, True, Reject.URL_TEXTS),
        "UrlsOfTexts": (text_key, select.max_urls_per_text, True, Reject.TEXT_URLS),
    }
    return {
        name: Cap(key=key, limit=limit, num_kept=limit if is_kept else 0, reason=reason)
        for name, (key, limit, is_kept, reason) in asked.items()
        if limit is not None
    }


@dataclass
class CapTexts(Stage):
    """Replaces the candidates beyond a cap by their ledger rows; ledger rows pass."""

    cap: Cap

    def expand(self, items: beam.PCollection) -> beam.PCollection:
        fit, dropped = items | Split()
        keyed = fit | "Key" >> beam.Map(_keyed, self.cap.key)
        above = (
            keyed
            | "Uids" >> beam.MapTuple(_uid_of)
            | "Tally" >> beam.CombinePerKey(SmallestUids(self.cap.num_kept))
            | "Above" >> beam.Filter(_is_above, self.cap.limit)
        )
        joined = (above, keyed) | JoinFew()
        capped = joined | "Cap" >> beam.Map(cap_candidate, self.cap)
        return (capped, dropped) | beam.Flatten()


class SmallestUids(beam.CombineFn):
    """Counts uids and keeps the smallest `num_kept`, in order."""

    def __init__(self, num_kept: int) -> None:
        self._num_kept = num_kept

    def create_accumulator(self) -> _Tally:
        return 0, []

    def add_input(self, tally: _Tally, uid: str) -> _Tally:
        count, uids = tally
        if self._num_kept and (len(uids) < self._num_kept or uid < uids[-1]):
            bisect.insort(uids, uid)
            del uids[self._num_kept :]
        return count + 1, uids

    def merge_accumulators(self, tallies: Iterable[_Tally]) -> _Tally:
        count, uids = 0, list[str]()
        for more, others in tallies:
            count += more
            uids = sorted(uids + others)[: self._num_kept]
        return count, uids

    def extract_output(self, tally: _Tally) -> tuple[int, str]:
        """Returns the count and the last uid that stays, "" if none does."""
        count, uids = tally
        return count, uids[-1] if uids else ""


def cap_candidate(
    joined: tuple[Candidate, tuple[int, str] | None], cap: Cap
) -> Candidate | LedgerRow:
    """Returns the candidate, or why its key has enough.

    Args:
        joined: The candidate, and of its key the count and the last uid that stays; None if the key
            is within the limit.
        cap: The limit.
    """
    candidate, tally = joined
    if tally is None:
        return candidate
    count, last = tally
    if candidate.uid <= last:
        return candidate
    detail = f"one of {count}, the limit is {cap.limit}"
    return drop(candidate, Stages.SELECT, cap.reason, detail)


def _keyed(
    candidate: Candidate, key: Callable[[Candidate], bytes]
) -> tuple[bytes, tuple[str, Candidate]]:
    return key(candidate), (candidate.uid, candidate)


def _uid_of(key: bytes, named: tuple[str, Candidate]) -> tuple[bytes, str]:
    return key, named[0]


def _is_above(row: tuple[bytes, tuple[int, str]], limit: int) -> bool:
    return row[1][0] > limit
