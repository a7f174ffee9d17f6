"""What every stage shares: the shape of its result, and the counts that the accounting needs."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.transforms.window import GlobalWindows
from apache_beam.typehints.decorators import IOTypeHints
from apache_beam.utils.windowed_value import WindowedValue

from pipeline.progress import writer_for
from pipeline.shards.accounting import CountKey
from schemas.records import LedgerRow


class StageResult(NamedTuple):
    """Every input record is in exactly one of `kept` and `dropped`.

    Attributes:
        kept: The main path.
        dropped: Ledger rows; the outcome says whether a policy rejected or processing failed.
        counts: How many records went in, were kept and dropped: `(CountKey, n)`, added up by
            bundle.
        more_dropped: Ledger rows of other origins, kept apart because a local engine holds in
            memory what it flattens.
    """

    kept: "beam.PCollection[Any]"
    dropped: "beam.PCollection[LedgerRow]"
    counts: "beam.PCollection[tuple[CountKey, int]]"
    more_dropped: "tuple[beam.PCollection[LedgerRow], ...]" = ()


_SHOWN_AT_ONCE = 64  # records; the writer's clock and lock cost more than a count


class Parted(NamedTuple):
    """What became of records, kept apart because a local engine holds in memory what it flattens.

    Attributes:
        kept: Records.
        dropped: Ledger rows of the others, by the step that dropped them.
    """

    kept: "beam.PCollection[Any]"
    dropped: "tuple[beam.PCollection[LedgerRow], ...]"


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
    stage: str,
    records: beam.PCollection,
    settled: beam.PCollection | Parted,
    progress: str | None,
) -> StageResult:
    """Returns a stage's result, with a count for each record that went in and came out.

    Args:
        stage: Its name in the accounting.
        records: What the stage was given.
        settled: What became of it: records to keep and ledger rows, parted or not.
        progress: Folder for live counts, if somebody watches.
    """
    kept, dropped = settled if isinstance(settled, Parted) else (settled, ())
    if not dropped:
        kept, rows = kept | f"{stage}: split" >> Split()
        dropped = (rows,)
    counts = count_records(stage, {"in": [records], "kept": [kept], "dropped": dropped}, progress)
    return StageResult(kept, dropped[0], counts, dropped[1:])


def count_records(
    stage: str, records: Mapping[str, Sequence[beam.PCollection]], progress: str | None
) -> beam.PCollection:
    """Returns `(CountKey, n)` of all records; they are named by `in`, `kept` and `dropped`."""
    counts = [
        part | f"{stage}: count {kind} {number}" >> beam.ParDo(_Count(stage, kind, progress))
        for kind, parts in records.items()
        for number, part in enumerate(parts)
    ]
    return counts | f"{stage}: counts" >> beam.Flatten()


class _Split(beam.DoFn):
    def process(self, item: Any) -> Iterator[Any]:
        yield beam.TaggedOutput("dropped", item) if isinstance(item, LedgerRow) else item


class _Count(beam.DoFn):
    def __init__(self, stage: str, kind: str, progress: str | None) -> None:
        self._stage = str(stage)
        self._kind = kind
        self._progress = progress

    def start_bundle(self) -> None:
        self._counts: Counter[str] = Counter()
        self._unshown = 0

    def process(self, record: Any) -> None:
        self._counts[record.outcome if self._kind == "dropped" else ""] += 1
        if self._progress:
            self._unshown += 1
            if self._unshown == _SHOWN_AT_ONCE:
                self._show()

    def finish_bundle(self) -> Iterator[WindowedValue]:
        for outcome, count in self._counts.items():
            yield GlobalWindows.windowed_value(((self._stage, self._kind, outcome), count))
        if self._progress:
            self._show()
            writer_for(self._progress).flush()

    def _show(self) -> None:
        assert self._progress
        writer_for(self._progress).add(self._stage, self._kind, self._unshown)
        self._unshown = 0
