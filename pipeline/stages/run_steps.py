"""One transform runs the steps of a stage that decides, in their order; nothing disappears."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

import apache_beam as beam
from apache_beam.transforms.window import GlobalWindows
from apache_beam.utils.windowed_value import WindowedValue

from pipeline.rules import Choice, Rewrite, Rule, Step
from pipeline.stages.filter_records import FilterRecords
from pipeline.stages.stage import Split, Stage
from schemas.records import LedgerRow


@dataclass
class RunSteps(Stage):
    """Replaces each record that a step drops by its ledger row; rules in a row are one pass."""

    stage: str
    steps: Sequence[Step]

    def expand(self, items: beam.PCollection) -> beam.PCollection:
        for is_rule, group in groupby(self.steps, lambda step: isinstance(step, Rule)):
            steps = list(group)
            if is_rule:
                filters = tuple(step.decide for step in steps if isinstance(step, Rule))
                items = items | f"Filter {steps[0].name}" >> FilterRecords(self.stage, filters)
                continue
            for step in steps:
                items = items | step.name >> _transform(step)
        return items


def _transform(step: Step) -> beam.PTransform:
    if isinstance(step, Choice):
        return _Choose(step)
    assert isinstance(step, Rewrite)
    return beam.ParDo(_Rewrite(step))


@dataclass
class _Choose(Stage):
    choice: Choice

    def expand(self, items: beam.PCollection) -> beam.PCollection:
        fit, dropped = items | Split()
        chosen = (
            fit
            | "Key" >> beam.Map(partial(_keyed, self.choice))
            | beam.GroupByKey()
            | "Choose" >> beam.FlatMapTuple(self.choice.choose)
        )
        return (chosen, dropped) | beam.Flatten()


def _keyed(choice: Choice, record: Any) -> tuple[str, Any]:
    return choice.key(record), record


class _Rewrite(beam.DoFn):
    def __init__(self, step: Rewrite) -> None:
        self._step = step
        self._waiting: list[Any] = []

    def start_bundle(self) -> None:
        self._waiting = []

    def process(self, item: Any) -> Iterator[Any]:
        if isinstance(item, LedgerRow):
            yield item
            return
        self._waiting.append(item)
        if len(self._waiting) == self._step.batch:
            yield from self._rewrite()

    def finish_bundle(self) -> Iterator[WindowedValue]:
        for record in self._rewrite():
            yield GlobalWindows.windowed_value(record)

    def _rewrite(self) -> Iterator[Any]:
        waiting, self._waiting = self._waiting, []
        if waiting:
            yield from self._step.rewrite(waiting)
