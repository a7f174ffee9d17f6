"""Runs the steps of a stage that decides, in their order; nothing disappears.

Records go through a pass in batches: Beam's own work per record and step took longer than most
rules do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

import apache_beam as beam
from apache_beam.transforms.window import GlobalWindows

from pipeline.rules import Choice, Rewrite, Rule, Step
from pipeline.run_batch import run_batch
from pipeline.stages.stage import Parted, Split, Stage

BATCH = 1024  # a batch of models; a worker holds no more of the records


@dataclass
class RunSteps(Stage):
    """Parts records into those that every step keeps and the ledger rows of the others."""

    stage: str
    steps: Sequence[Step]

    def expand(self, records: beam.PCollection) -> Parted:
        dropped: list[beam.PCollection] = []
        for is_choice, group in groupby(self.steps, lambda step: isinstance(step, Choice)):
            steps: list[Any] = list(group)
            passes = map(_Choose, steps) if is_choice else [_Pass(self.stage, steps)]
            for step in passes:
                records, more = records | step
                dropped.append(more)
        return Parted(records, tuple(dropped))


@dataclass
class _Pass(Stage):
    stage: str
    steps: Sequence[Rule | Rewrite]

    def default_label(self) -> str:
        return f"From {self.steps[0].name}"

    def expand(self, records: beam.PCollection) -> tuple[beam.PCollection, beam.PCollection]:
        parted = records | beam.ParDo(_RunBatch(self.stage, self.steps)).with_outputs(
            "dropped", main="kept"
        )
        return parted.kept, parted.dropped


@dataclass
class _Choose(Stage):
    choice: Choice

    def default_label(self) -> str:
        return self.choice.name

    def expand(self, records: beam.PCollection) -> tuple[beam.PCollection, beam.PCollection]:
        kept, dropped = (
            records
            | "Key" >> beam.Map(partial(_keyed, self.choice))
            | beam.GroupByKey()
            | "Choose" >> beam.FlatMapTuple(self.choice.choose)
            | Split()
        )
        return kept, dropped


def _keyed(choice: Choice, record: Any) -> tuple[str, Any]:
    return choice.key(record), record


class _RunBatch(beam.DoFn):
    def __init__(self, stage: str, steps: Sequence[Rule | Rewrite]) -> None:
        self._stage = stage
        self._steps = steps
        self._waiting: list[Any] = []

    def start_bundle(self) -> None:
        self._waiting = []

    def process(self, record: Any) -> Iterator[Any]:
        self._waiting.append(record)
        if len(self._waiting) == BATCH:
            yield from self._run()

    def finish_bundle(self) -> Iterator[Any]:
        for item in self._run():
            if isinstance(item, beam.TaggedOutput):
                yield beam.TaggedOutput(item.tag, GlobalWindows.windowed_value(item.value))
            else:
                yield GlobalWindows.windowed_value(item)

    def _run(self) -> Iterator[Any]:
        waiting, self._waiting = self._waiting, []
        kept, dropped = run_batch(self._steps, self._stage, waiting)
        yield from kept
        for row in dropped:
            yield beam.TaggedOutput("dropped", row)
