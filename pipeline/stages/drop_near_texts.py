"""Part of stage 2, if a recipe asks: near-duplicate captions (`pipeline.near_texts`)."""

from dataclasses import dataclass

import apache_beam as beam

from pipeline.near_texts import (
    Member,
    bands_of,
    compare_to_leaders,
    drop_near,
    smallest_members,
)
from pipeline.stages.join_few import JoinFew
from pipeline.stages.stage import Parted, Split, Stage
from schemas.records import Candidate


@dataclass
class DropNearTexts(Stage):
    """Parts candidates from the ledger rows of those whose text is nearly another's."""

    threshold: float
    permutations: int

    def expand(self, candidates: beam.PCollection) -> Parted:
        near = (
            candidates
            | "Bands" >> beam.FlatMap(bands_of, self.permutations, self.threshold)
            | FindSmallerNeighbours(self.threshold)
        )
        kept, dropped = (
            (near, candidates | "ByUid" >> beam.Map(_by_uid))
            | "Verdicts" >> JoinFew()
            | "Judge" >> beam.MapTuple(drop_near)
            | Split()
        )
        return Parted(kept, (dropped,))


@dataclass
class FindSmallerNeighbours(Stage):
    """Maps members of bands to the smallest uid with a similar text, those that have one."""

    threshold: float

    def expand(self, members: beam.PCollection) -> beam.PCollection:
        leaders = (
            members
            | "Leaders" >> beam.CombinePerKey(smallest_members)
            | "Shared" >> beam.Filter(_has_several)
        )
        return (
            (leaders, members | "Named" >> beam.MapTuple(_named))
            | JoinFew()
            | "Compare" >> beam.FlatMap(compare_to_leaders, self.threshold)
            | "First" >> beam.CombinePerKey(min)
        )


def _has_several(row: tuple[bytes, list[Member]]) -> bool:
    return len(row[1]) > 1


def _named(key: bytes, member: Member) -> tuple[bytes, tuple[str, Member]]:
    return key, (member[0], member)


def _by_uid(candidate: Candidate) -> tuple[bytes, tuple[str, Candidate]]:
    return candidate.uid.encode(), (candidate.uid, candidate)
