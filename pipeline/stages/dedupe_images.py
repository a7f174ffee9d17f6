"""Stage 5: one pair kept of every cluster of copies, whatever order, shards and workers.

Copies are pictures of equal bytes, of near pHashes, or verified by something surer. Clusters are
their connected components, cut so that what is dropped is near to what is kept (docs/dedup.md).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import apache_beam as beam

from dedup.alternative_texts import Caption, alternatives, best_texts
from dedup.better_first import better_caption_first, better_first
from dedup.cut_cluster import Head
from dedup.placeholders import TooManyUrls
from pipeline.recipe.dedupe import Dedupe
from pipeline.rules import drop
from pipeline.stages.find_clusters import BestPicture, FindClusters, Picture, key_of
from pipeline.stages.find_copies import FindByteCopies, NameCopies
from pipeline.stages.find_placeholders import DropPlaceholders
from pipeline.stages.join_counted import JoinCounted, num_groups
from pipeline.stages.stage import Split, Stage, StageResult, settle
from schemas.outcomes import Reject
from schemas.outcomes import Stage as Stages
from schemas.records import LedgerRow, PoolRow

_DETAIL = re.compile(r"of (\S+)(?: at distance (\d+))?")


@dataclass
class DedupeImages(Stage):
    """Keeps the best pair of every cluster (`better_first`), with captions of the others.

    Attributes:
        progress: Folder for live counts, if somebody watches.
        verified: `CopyEdge` rows of a second stage, if there is one.
    """

    dedupe: Dedupe
    progress: str | None = None
    verified: "beam.PCollection | None" = None

    def expand(self, pairs: beam.PCollection) -> StageResult:
        judged = pairs
        if self.dedupe.max_urls_per_image:
            too_many = TooManyUrls(
                max_urls=self.dedupe.max_urls_per_image,
                max_captions=self.dedupe.max_captions_per_image,
            )
            judged = pairs | DropPlaceholders(too_many)
        real, placeholders = judged | "Judged" >> Split()
        pictures = (
            real | "Pictures" >> beam.Map(_picture_of) | "Best" >> beam.CombinePerKey(BestPicture())
        )
        heads = (pictures, self._copies(real)) | FindClusters(
            self.dedupe.max_distance, self.dedupe.radius, self.dedupe.cluster_rounds
        )
        hot = pictures | "Hot" >> beam.FlatMapTuple(_hot)
        decided = (
            (heads, real | "ByPicture" >> beam.Map(_by_picture))
            | "ToHead" >> JoinCounted(hot)
            | "Decide" >> beam.ParDo(_Decide()).with_outputs("head", "caption", main="decided")
        )
        count = self.dedupe.max_alternative_texts
        texts = decided.caption | "Captions" >> beam.CombinePerKey(_BestTexts(count + 1))
        crowned = (
            (decided.head, texts)
            | "HeadsAndTexts" >> beam.Flatten()
            | "SameHead" >> beam.GroupByKey()
            | "Crown" >> beam.FlatMap(_crown, count)
        )
        settled = (decided.decided, crowned, placeholders) | "Settled" >> beam.Flatten()
        return settle(Stages.DEDUPE, pairs, settled, self.progress)

    def _copies(self, pairs: beam.PCollection) -> beam.PCollection:
        copies = pairs | FindByteCopies()
        if self.verified is None:
            return copies
        named = (pairs, self.verified) | NameCopies()
        return (copies, named) | "CopiesOfAllKinds" >> beam.Flatten()


class Near(NamedTuple):
    """What a ledger row of this stage says."""

    kept_uid: str
    distance: int


def judge(pair: PoolRow, head: Head) -> LedgerRow:
    """Returns the ledger row of a pair that goes for the head of its cluster."""
    if pair.sha256 == head.sha256:
        return drop(pair, Stages.DEDUPE, Reject.DUPLICATE_SHA256, f"of {head.uid}")
    distance = ((head.phash or 0) ^ (pair.phash or 0)).bit_count()
    detail = f"of {head.uid} at distance {distance}"
    if head.score is not None:
        detail += f", {head.kind} with score {head.score:.3f}"
    elif head.kind != "phash":
        detail += f", near its {head.kind} copy"
    return drop(pair, Stages.DEDUPE, Reject.NEAR_DUPLICATE, detail)


def parse_detail(detail: str) -> Near:
    """Reads back the detail of a duplicate's ledger row."""
    found = _DETAIL.match(detail)
    assert found  # our own words
    return Near(found[1], int(found[2] or 0))


def crown(group: Iterable[PoolRow | list[Caption]], count: int) -> Iterator[PoolRow | LedgerRow]:
    """Yields the pair that is kept with captions of the others.

    Args:
        group: The pair, and the captions if there are any. A uid that stands in a pool twice is
            kept once.
        count: Captions at most.
    """
    pairs: list[PoolRow] = []
    captions: list[Caption] = []
    for item in group:
        if isinstance(item, PoolRow):
            pairs.append(item)
        else:
            captions = item
    if len(pairs) > 1:
        pairs.sort(key=repr)
    kept, *again = pairs
    # What an earlier run has found stays: its copies are no longer there to say it again.
    found = alternatives(kept.candidate.text, captions, count)
    texts = dict.fromkeys((*found, *kept.alternative_texts))
    yield replace(kept, alternative_texts=tuple(texts)[:count])
    for other in again:
        yield drop(other, Stages.DEDUPE, Reject.DUPLICATE_SHA256, f"of {kept.uid}")


class _Decide(beam.DoFn):
    """A pair that is alone goes on; of others the head waits for the captions of the rest."""

    def process(self, joined: tuple[PoolRow, Head | None]) -> Iterator[Any]:
        pair, head = joined
        if head is None:
            yield pair
        elif head.uid == pair.uid:
            yield beam.TaggedOutput("head", (pair.uid, pair))
        else:
            yield judge(pair, head)
            caption = better_caption_first(pair), pair.candidate.text
            yield beam.TaggedOutput("caption", (head.uid, caption))


class _BestTexts(beam.CombineFn):
    """Combines in batches: one by one, a picture with many copies would sort each time."""

    BATCH = 64

    def __init__(self, count: int) -> None:
        self._count = count

    def create_accumulator(self) -> list[Caption]:
        return []

    def add_input(self, accumulator: list[Caption], caption: Caption) -> list[Caption]:
        accumulator.append(caption)
        if len(accumulator) < self.BATCH + self._count:
            return accumulator
        return best_texts(accumulator, self._count)

    def merge_accumulators(self, accumulators: Iterable[list[Caption]]) -> list[Caption]:
        merged: list[Caption] = []
        for captions in accumulators:
            merged = best_texts([*merged, *captions], self._count)
        return merged

    def extract_output(self, accumulator: list[Caption]) -> list[Caption]:
        return best_texts(accumulator, self._count)


def _picture_of(pair: PoolRow) -> tuple[bytes, Picture]:
    return key_of(pair), Picture(better_first(pair), pair.sha256 or "", 1)


def _by_picture(pair: PoolRow) -> tuple[bytes, tuple[str, PoolRow]]:
    return key_of(pair), (pair.uid, pair)


def _hot(key: bytes, picture: Picture) -> Iterator[tuple[bytes, int]]:
    if (groups := num_groups(picture.pairs)) > 1:
        yield key, groups


def _crown(
    group: tuple[str, Iterable[PoolRow | list[Caption]]], count: int
) -> Iterator[PoolRow | LedgerRow]:
    return crown(group[1], count)
