from pathlib import Path

import apache_beam as beam

from pipeline.progress import read_progress
from pipeline.stages.stage import Split, Stage, settle
from schemas.records import LedgerRow
from tests.pipeline.stages.runner import run, run_stage
from tests.samples import make_candidate

DROPPED = LedgerRow(uid=None, url=None, stage="select", outcome="language")


class DropFirst(Stage):
    def __init__(self, progress: str | None = None) -> None:
        super().__init__()
        self.progress = progress

    def expand(self, records: beam.PCollection) -> object:
        first = make_candidate(0)
        settled = records | beam.Map(lambda r: DROPPED if r == first else r)
        return settle("select", records, settled, self.progress)


def test_every_record_is_kept_or_dropped_and_counted_once() -> None:
    kept, dropped, stages = run_stage([make_candidate(n) for n in range(5)], DropFirst())
    assert len(kept) == 4
    assert dropped == [DROPPED]
    assert stages["select"] == {"in": 5, "kept": 4, "rejected": {"language": 1}, "failed": {}}


def test_somebody_who_watches_sees_the_same_counts(tmp_path: Path) -> None:
    run_stage([make_candidate(n) for n in range(5)], DropFirst(str(tmp_path)))
    assert read_progress(str(tmp_path)).counts == {
        ("select", "in"): 5,
        ("select", "kept"): 4,
        ("select", "dropped"): 1,
    }


def test_split_parts_ledger_rows_from_records() -> None:
    def construct(root: beam.Pipeline) -> dict[str, beam.PCollection]:
        kept, dropped = root | beam.Create([DROPPED, make_candidate(1)]) | Split()
        return {"kept": kept, "dropped": dropped}

    assert run(construct) == {"kept": [make_candidate(1)], "dropped": [DROPPED]}
