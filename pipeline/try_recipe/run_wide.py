"""Caps, near texts, shares and the draw without Beam: counts first, then each record is judged.

Only what decides is taken from a record, and scattered by key, so that memory does not grow with
the input; what is counted and decided are the same functions that the stages run.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.caps import Cap, Tally, add_uid, cap_detail, over_cap, settle_tally
from pipeline.language_shares import LanguageShares, language_group, thin_language
from pipeline.near_texts import (
    Member,
    Near,
    NearTexts,
    bands_of,
    compare_to_leaders,
    near_detail,
    smallest_members,
)
from pipeline.queries.balance import draw
from pipeline.query_draw import (
    QueryDraw,
    draw_candidate,
    limit_for_target,
    limit_without_units,
    no_units,
    units_of,
)
from pipeline.run_wide_steps import RunWideStep
from pipeline.try_recipe.spool import Spool, scatter
from pipeline.try_recipe.tally import Sight, Verdict
from schemas.outcomes import Reject
from schemas.records import Candidate, LedgerRow

# Reads the records and their numbers from the start.
Records = Callable[[], Iterator[tuple[int, Candidate]]]

_MAX_SLOTS = 2**27  # bytes; bands of texts that are met once need no more
_MANY = 128  # members of a band, before all but the smallest are let go


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """What is known of the whole input that a sample stands for.

    Attributes:
        ratio: Its records for each of the sample.
        counts: By name of a cap, how many candidates of a key the cap would see in the whole input;
            none if the sample is the whole.
    """

    ratio: float = 1.0
    counts: Mapping[str, Mapping[bytes, int]] = field(default_factory=dict)


def sight_of(step: RunWideStep | QueryDraw, whole: Whole) -> Sight:
    """Returns what the step sees of the whole input."""
    if whole.ratio == 1 or isinstance(step, LanguageShares):  # shares of a sample are fair
        return Sight.ALL
    if isinstance(step, QueryDraw):
        return Sight.SCALED
    return Sight.COUNTED if isinstance(step, Cap) and step.name in whole.counts else Sight.LESS


def judge_run_wide(
    step: RunWideStep | QueryDraw, records: Records, num_records: int, whole: Whole
) -> Iterator[Verdict]:
    """Yields the verdicts on what the step drops, one a record."""
    if isinstance(step, Cap):
        return _cap(step, records, num_records, whole.counts.get(step.name))
    if isinstance(step, NearTexts):
        return _near(step, records, num_records)
    if isinstance(step, LanguageShares):
        return _shares(step, records)
    return _draw(step, records, whole.ratio)


def _cap(
    cap: Cap, records: Records, num_records: int, counts: Mapping[bytes, int] | None
) -> Iterator[Verdict]:
    keyed = ((key := cap.key(c), (n, key, c.uid)) for n, c in records())
    with scatter(keyed, num_records) as parts:
        for part in parts:
            tallies: dict[bytes, Tally] = {}
            for _, key, uid in part:
                tallies[key] = add_uid(tallies.get(key) or (0, []), uid, cap.num_kept)
            above = {k: settle_tally(t) for k, t in tallies.items() if t[0] > cap.limit}
            for n, key, uid in part:
                if counts is None:
                    detail = over_cap(uid, above.get(key), cap)
                else:
                    detail = _over_count(uid, max(tallies[key][0], counts.get(key, 0)), cap)
                if detail is not None:
                    yield Verdict(n, cap.reason, detail)


def _over_count(uid: str, count: int, cap: Cap) -> str | None:
    """Judges a record of a sample by the count of its key in the whole input.

    The stage keeps the smallest uids, which are the sample's own; so as many are drawn instead.
    """
    if count <= cap.limit or draw(0, uid, cap.name) * count < cap.num_kept:
        return None
    return cap_detail(count, cap)


def _near(step: NearTexts, records: Records, num_records: int) -> Iterator[Verdict]:
    with (
        scatter(_members(step, records, num_records), num_records) as bands,
        scatter(_neighbours(step, bands), num_records) as parts,
    ):
        for part in parts:
            nearest: dict[int, Near] = {}
            for n, near in part:
                nearest[n] = min(near, nearest.get(n, near))
            for n, near in nearest.items():
                yield Verdict(n, Reject.NEAR_DUPLICATE_TEXT, near_detail(near))


_Banded = tuple[int, bytes, Member]


def _members(
    step: NearTexts, records: Records, num_records: int
) -> Iterator[tuple[bytes, _Banded]]:
    """Yields the members of bands that more than one text may have."""
    # Most bands have one member, and are told by a count of hashes: they never reach the disk.
    num_slots = min(_MAX_SLOTS, 64 * num_records + 1)
    seen = bytearray(num_slots)
    for _, candidate in records():
        for key, _ in bands_of(candidate, step.permutations, step.threshold):
            slot = int.from_bytes(key[:8]) % num_slots
            seen[slot] = min(2, seen[slot] + 1)
    for n, candidate in records():
        for key, member in bands_of(candidate, step.permutations, step.threshold):
            if seen[int.from_bytes(key[:8]) % num_slots] > 1:
                yield key, (n, key, member)


def _neighbours(
    step: NearTexts, bands: Iterable[Spool[_Banded]]
) -> Iterator[tuple[bytes, tuple[int, Near]]]:
    for part in bands:
        leaders = _leaders(part)
        for n, key, member in part:
            for _, near in compare_to_leaders((member, leaders.get(key)), step.threshold):
                yield n.to_bytes(8), (n, near)


def _leaders(part: Iterable[_Banded]) -> dict[bytes, list[Member]]:
    members: dict[bytes, list[Member]] = {}
    for _, key, member in part:
        held = members.setdefault(key, [])
        held.append(member)
        if len(held) == _MANY:
            members[key] = smallest_members(held)
    return {key: smallest_members(held) for key, held in members.items() if len(held) > 1}


def _shares(step: LanguageShares, records: Records) -> Iterator[Verdict]:
    counts = Counter(
        group for _, c in records() if (group := language_group(c, step.shares)) is not None
    )
    for n, candidate in records():
        settled = thin_language(candidate, step.shares, counts)
        if isinstance(settled, LedgerRow):
            yield Verdict(n, settled.outcome, settled.detail)


def _draw(step: QueryDraw, records: Records, ratio: float) -> Iterator[Verdict]:
    limit, counts = find_limit(step, records, ratio)
    heads = {query: count for query, count in counts.items() if count > limit}
    for n, candidate in records():
        if not candidate.queries:
            continue  # another rule's
        settled = draw_candidate(candidate, max_pairs=limit, counts=heads, seed=step.queries.seed)
        if isinstance(settled, LedgerRow):
            yield Verdict(n, settled.outcome, settled.detail)


def find_limit(step: QueryDraw, records: Records, ratio: float = 1.0) -> tuple[int, dict[str, int]]:
    """Returns t, and the pairs of every query in an input that is `ratio` times as large."""
    counted = Counter(query for _, candidate in records() for query in candidate.queries)
    counts = {query: round(count * ratio) for query, count in counted.items()}
    target = step.queries.target_pairs
    if not target:
        return limit_without_units(step.queries, counts.values()), counts
    largest = max(counts.values(), default=0)
    units = no_units(largest)
    for _, candidate in records():
        if candidate.queries:
            units += units_of(candidate, counts, largest)
    scaled = round(target / ratio)
    return limit_for_target(scaled, units if counts else None, largest), counts
