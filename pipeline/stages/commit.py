"""The last step: accounts checked, manifest written. Until then there is no dataset."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import apache_beam as beam

from pipeline.shards.accounting import CountKey, Stages, check, num_dropped, stages_of
from pipeline.shards.claim import WORK
from pipeline.shards.commit import commit_dataset
from pipeline.shards.manifest import FileEntry
from pipeline.shards.storage import join, read_bytes, write_bytes
from pipeline.stages.before import Before
from pipeline.stages.stage import Stage
from schemas.errors import AccountingError

COUNTS = f"{WORK}/stages.json"


@dataclass
class CommitDataset(Stage):
    """Writes cards and manifest once every file and every count is there.

    Attributes:
        before: What earlier commands did, if stages are run one by one.
    """

    dataset: str
    recipe: Mapping[str, Any]
    before: Before | None = None

    def expand(self, made: tuple[beam.PCollection, beam.PCollection]) -> beam.PCollection:
        counts, files = made
        return (
            counts.pipeline
            | beam.Create([None])
            | "Commit"
            >> beam.Map(
                _commit,
                self,
                counts=beam.pvalue.AsList(counts | beam.combiners.Count.PerElement()),
                files=beam.pvalue.AsList(files),
            )
        )


def _commit(
    impulse: None,
    stage: CommitDataset,
    *,
    counts: Iterable[tuple[CountKey, int]],
    files: Sequence[FileEntry],
) -> None:
    del impulse
    path = join(stage.dataset, "contamination/report.json")
    commit_dataset(
        stage.dataset,
        recipe=stage.recipe,
        stages=_all_stages(stage.before, counts),
        files=files,
        report=json.loads(read_bytes(path)),
    )


@dataclass
class CommitStep(Stage):
    """Ends a command that runs stages alone: checks the accounts, writes `_work/stages.json`.

    Attributes:
        folder: The command's output.
        before: What earlier commands did, if stages are run one by one.
    """

    folder: str
    before: Before | None = None

    def expand(self, made: tuple[beam.PCollection, beam.PCollection]) -> beam.PCollection:
        counts, files = made
        return (
            counts.pipeline
            | beam.Create([None])
            | "Commit"
            >> beam.Map(
                _commit_step,
                self,
                counts=beam.pvalue.AsList(counts | beam.combiners.Count.PerElement()),
                files=beam.pvalue.AsList(files),
            )
        )


def _commit_step(
    impulse: None,
    step: CommitStep,
    *,
    counts: Iterable[tuple[CountKey, int]],
    files: Sequence[FileEntry],
) -> None:
    del impulse
    stages = _all_stages(step.before, counts)
    check(stages)
    ledger = sum(file.samples for file in files if "ledger/" in file.path)
    if ledger != num_dropped(stages):
        dropped = num_dropped(stages)
        raise AccountingError(f"ledger/: {ledger} rows, but {dropped} were dropped")
    write_bytes(join(step.folder, COUNTS), json.dumps(stages, indent=1).encode())


def _all_stages(before: Before | None, counts: Iterable[tuple[CountKey, int]]) -> Stages:
    return {**(before.stages if before else {}), **stages_of(dict(counts))}
