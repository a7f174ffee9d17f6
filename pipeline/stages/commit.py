"""The last step: accounts checked, manifest written. Until then there is no dataset."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
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

Counted = tuple[CountKey, int]


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
        return _after_all(*made, self._commit)

    def _commit(self, counts: Iterable[Counted], files: Sequence[FileEntry]) -> None:
        report = read_bytes(join(self.dataset, "contamination/report.json"))
        commit_dataset(
            self.dataset,
            recipe=self.recipe,
            stages=_all_stages(self.before, counts),
            files=files,
            report=json.loads(report),
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
        return _after_all(*made, self._commit)

    def _commit(self, counts: Iterable[Counted], files: Sequence[FileEntry]) -> None:
        stages = _all_stages(self.before, counts)
        check(stages)
        ledger = sum(file.samples for file in files if "ledger/" in file.path)
        if ledger != num_dropped(stages):
            raise AccountingError(f"ledger/: {ledger} rows, {num_dropped(stages)} were dropped")
        write_bytes(join(self.folder, COUNTS), json.dumps(stages, indent=1).encode())


def _after_all(
    counts: beam.PCollection,
    files: beam.PCollection,
    commit: Callable[[Iterable[Counted], Sequence[FileEntry]], None],
) -> beam.PCollection:
    """Calls `commit` once, when every count and every file's entry is there."""
    return (
        counts.pipeline
        | beam.Create([commit])
        | "Commit"
        >> beam.Map(
            _call,
            beam.pvalue.AsList(counts | beam.CombinePerKey(sum)),
            beam.pvalue.AsList(files),
        )
    )


def _call(
    commit: Callable[[Iterable[Counted], Sequence[FileEntry]], None],
    counts: Iterable[Counted],
    files: Sequence[FileEntry],
) -> None:
    commit(counts, files)


def _all_stages(before: Before | None, counts: Iterable[Counted]) -> Stages:
    return {**(before.stages if before else {}), **stages_of(dict(counts))}
