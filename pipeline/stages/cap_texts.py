"""Part of stage 2: limits on how often a text, a text of a host, and an image come in a run.

Which records stay is a matter of uids, so that it does not depend on workers or their order. Only
counts are combined per key; the records are joined to those of the keys above the limit.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import apache_beam as beam

from pipeline.caps import Cap, Tally, add_uid, cap_candidate, merge_tallies, settle_tally
from pipeline.stages.join_few import JoinFew
from pipeline.stages.stage import Parted, Split, Stage
from schemas.records import Candidate


@dataclass
class CapTexts(Stage):
    """Parts candidates from the ledger rows of those beyond a cap."""

    cap: Cap

    def expand(self, candidates: beam.PCollection) -> Parted:
        keyed = candidates | "Key" >> beam.Map(_keyed, self.cap.key)
        above = (
            keyed
            | "Uids" >> beam.MapTuple(_uid_of)
            | "Tally" >> beam.CombinePerKey(SmallestUids(self.cap.num_kept))
            | "Above" >> beam.Filter(_is_above, self.cap.limit)
        )
        joined = (above, keyed) | JoinFew()
        kept, dropped = joined | "Cap" >> beam.Map(cap_candidate, self.cap) | Split()
        return Parted(kept, (dropped,))


class SmallestUids(beam.CombineFn):
    """Counts uids and keeps the smallest `num_kept`, in order."""

    def __init__(self, num_kept: int) -> None:
        self._num_kept = num_kept

    def create_accumulator(self) -> Tally:
        return 0, []

    def add_input(self, tally: Tally, uid: str) -> Tally:
        return add_uid(tally, uid, self._num_kept)

    def merge_accumulators(self, tallies: Iterable[Tally]) -> Tally:
        return merge_tallies(tallies, self._num_kept)

    def extract_output(self, tally: Tally) -> tuple[int, str]:
        return settle_tally(tally)


def _keyed(
    candidate: Candidate, key: Callable[[Candidate], bytes]
) -> tuple[bytes, tuple[str, Candidate]]:
    return key(candidate), (candidate.uid, candidate)


def _uid_of(key: bytes, named: tuple[str, Candidate]) -> tuple[bytes, str]:
    return key, named[0]


def _is_above(row: tuple[bytes, tuple[int, str]], limit: int) -> bool:
    return row[1][0] > limit
