import json
from pathlib import Path

import apache_beam as beam
import pytest

from pipeline.shards.manifest import read_manifest
from pipeline.stages.before import Before
from pipeline.stages.commit import COUNTS, CommitDataset, CommitStep
from tests.datasets import write_ledger
from tests.pipeline.stages.runner import run

COUNTED = [
    (("select", "in", ""), 1),
    (("select", "in", ""), 2),
    (("select", "kept", ""), 2),
    (("select", "dropped", "language"), 1),
]


def commit(stage: beam.PTransform, counts: list, files: list) -> None:
    def construct(root: beam.Pipeline) -> dict[str, beam.PCollection]:
        given = root | "Counts" >> beam.Create(counts)
        written = root | "Files" >> beam.Create(files)
        return {"done": (given, written) | stage}

    run(construct)


def test_a_step_leaves_the_counts_of_all_that_came_before(tmp_path: Path) -> None:
    before = Before(stages={"crawl": {"in": 3, "kept": 3, "rejected": {}, "failed": {}}})
    commit(CommitStep(str(tmp_path), before), COUNTED, [write_ledger(tmp_path)])
    stages = json.loads((tmp_path / COUNTS).read_text())
    assert list(stages) == ["crawl", "select"]
    assert stages["select"]["rejected"] == {"language": 1}


@pytest.mark.parametrize(
    ("counts", "dropped", "words"),
    [(COUNTED[1:], 1, "select: 2 in, but 2 kept"), (COUNTED, 2, "ledger/: 2 rows")],
)
def test_broken_accounts_stop_the_run(
    tmp_path: Path, counts: list, dropped: int, words: str
) -> None:
    files = [write_ledger(tmp_path, dropped)]
    with pytest.raises(Exception, match=words):
        commit(CommitStep(str(tmp_path)), counts, files)
    assert not (tmp_path / COUNTS).exists()


def test_a_dataset_is_committed_from_counts_and_files(tmp_path: Path) -> None:
    (tmp_path / "contamination").mkdir()
    (tmp_path / "contamination/report.json").write_text('{"benchmarks": {}}')
    counts = [(("shards", "in", ""), 1), (("shards", "dropped", "decode"), 1)]
    stage = CommitDataset(str(tmp_path), {"name": "tiny"})
    commit(stage, counts, [write_ledger(tmp_path)])
    manifest = read_manifest(str(tmp_path))
    assert manifest["stages"]["shards"]["failed"] == {"decode": 1}
    assert manifest["recipe"] == {"name": "tiny"}
