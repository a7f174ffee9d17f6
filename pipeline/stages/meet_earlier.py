"""Stage 3, before a second round: each candidate meets what an earlier pool knew of its URL.

Rows alone are joined, by uid, so that neither the earlier pool's size nor its images weigh on a
worker.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import apache_beam as beam

from pipeline.download.earlier import pool_tables, read_earlier
from pipeline.download.rounds import Asked
from pipeline.stages.stage import Stage
from schemas.records import Candidate


@dataclass
class MeetEarlier(Stage):
    """Turns candidates to `Asked`.

    Attributes:
        pool: The earlier pool.
        image_mark: `pipeline.download.earlier.mark_images` of today's options.
    """

    pool: str
    image_mark: str

    def expand(self, candidates: beam.PCollection) -> beam.PCollection:
        earlier = (
            candidates.pipeline
            | "EarlierTables" >> beam.Create(pool_tables(self.pool))
            | "SpreadEarlier" >> beam.Reshuffle()  # few tables fan out to many rows
            | "ReadEarlier" >> beam.FlatMap(read_earlier, self.image_mark)
        )
        keyed = candidates | "KeyAskedByUid" >> beam.Map(_key_by_uid)
        return (
            {"candidates": keyed, "earlier": earlier}
            | "MeetByUid" >> beam.CoGroupByKey()
            | "Meet" >> beam.FlatMapTuple(meet)
        )


def meet(uid: str, group: dict[str, Iterable[Any]]) -> Iterator[Asked]:
    """Yields the candidates of a uid with what is known of it; nothing if nobody asks for it."""
    del uid
    earlier = next(iter(group["earlier"]), None)
    for candidate in group["candidates"]:
        yield Asked(candidate=candidate, earlier=earlier)


def _key_by_uid(candidate: Candidate) -> tuple[str, Candidate]:
    return candidate.uid, candidate
