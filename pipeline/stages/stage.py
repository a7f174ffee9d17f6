"""What every stage shares: the shape of its result, and the counts that the accounting needs."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.typehints.decorators import IOTypeHints

from pipeline.progress import writer_for
from pipeline.shards.accounting import CountKey
from schemas.records import LedgerRow


class StageResult(NamedTuple):
    """Every input record is in exactly one of `kept` and `dropped`.

    Attributes:
        kept: The main path.
        dropped: Ledger rows; the outcome says whether a policy rejected or processing failed.
        counts: A `CountKey` for every record in, kept and dropped.
    """

    kept: "beam.PCollection[Any]"
    dropped: "beam.PCollection[LedgerRow]"
    counts: "beam.PCollection[CountKey]"


class Stage(beam.PTransform):
    """A transform whose type hints mypy checks; Beam's own would only warn about NamedTuples."""

    def default_type_hints(self) -> IOTypeHints:
        return IOTypeHints.empty()


class Split(Stage):
    """Parts ledger rows (`dropped`) from records (`kept`)."""

    def expand(self, items: beam.PCollection) -> tuple[beam.PCollection, beam.PCollection]:
        split = items | beam.ParDo(_Split()).with_outputs("dropped", main="kept")
        return split.kept, split.dropped


def settle(
    stage: str, records: beam.PCollection, settled: beam.PCollection, progress: str | None
) -> StageResult:
    """Returns a stage's result, with a count for each record that went in and came out.

    Args:
        stage: Its name in the accounting.
        records: What the stage was given.
        settled: What became of it: records to keep and ledger rows.
        progress: Folder for live counts, if somebody watches.
    """
    kept, dropped = settled | f"{stage}: split" >> Split()
    counts = (
        records | f"{stage}: count in" >> beam.ParDo(_Count(stage, "in", progress)),
        kept | f"{stage}: count kept" >> beam.ParDo(_Count(stage, "kept", progress)),
        dropped | f"{stage}: count dropped" >> beam.ParDo(_Count(stage, "dropped", progress)),
    ) | f"{stage}: counts" >> beam.Flatten()
    return StageResult(kept, dropped, counts)


class _Split(beam.DoFn):
    def process(self, item: Any) -> Iterator[Any]:
        yield beam.TaggedOutput("dropped", item) if isinstance(item, LedgerRow) else item


class _Count(beam.DoFn):
    def __init__(self, stage: str, kind: str, progress: str | None) -> None:
        self._stage = stage
        self._kind = kind
        self._progress = progress

    def process(self, record: Any) -> Iterator[CountKey]:
        outcome = record.outcome if self._kind == "dropped" else ""
        if self._progress:
            writer_for(self._progress).add(self._stage, self._kind)
        yield (str(self._stage), self._kind, outcome)

    def finish_bundle(self) -> None:
        if self._progress:
            writer_for(self._progress).flush()
