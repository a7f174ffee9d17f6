"""Runs a stage in memory and hands its outputs to the test as plain lists."""

import pickle
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apache_beam as beam

from pipeline.shards.accounting import Stages, check, stages_of
from pipeline.stages.run import choose_engine
from pipeline.stages.stage import Parted, StageResult


def run(construct: Callable[[beam.Pipeline], dict[str, beam.PCollection]]) -> dict[str, list[Any]]:
    """Runs what `construct` adds and returns the content of each PCollection that it names."""
    with tempfile.TemporaryDirectory() as folder:
        runner, options = choose_engine(["--direct_num_workers=1"])
        with beam.Pipeline(runner=runner, options=options) as root:
            outputs = construct(root)
            for name, collection in outputs.items():
                lists = collection | f"List {name}" >> beam.combiners.ToList()
                lists | f"Save {name}" >> beam.Map(_save, str(Path(folder, name)))
        return {name: pickle.loads(Path(folder, name).read_bytes()) for name in outputs}


def parted(settled: Parted) -> dict[str, beam.PCollection]:
    """Returns what `run` takes: what was kept, and all ledger rows together."""
    return {"kept": settled.kept, "dropped": settled.dropped | "Dropped" >> beam.Flatten()}


def run_stage(
    records: list[Any], stage: beam.PTransform | Callable[[beam.PCollection], StageResult]
) -> tuple[list[Any], list[Any], Stages]:
    """Returns `(kept, dropped, accounts)` of a stage, its accounts already checked."""

    def construct(root: beam.Pipeline) -> dict[str, beam.PCollection]:
        given = root | "Records" >> beam.Create(records)
        result = given | stage if isinstance(stage, beam.PTransform) else stage(given)
        counts = result.counts | beam.CombinePerKey(sum)
        dropped = (result.dropped, *result.more_dropped) | "Dropped" >> beam.Flatten()
        return {"kept": result.kept, "dropped": dropped, "counts": counts}

    outputs = run(construct)
    stages = stages_of(dict(outputs["counts"]))
    check(stages)
    return outputs["kept"], outputs["dropped"], stages


def _save(items: list[Any], path: str) -> None:
    Path(path).write_bytes(pickle.dumps(items))
