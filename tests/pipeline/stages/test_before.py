import json
from pathlib import Path

import apache_beam as beam

from pipeline.shards.table import write_table
from pipeline.stages.before import Before, collect, read_before
from pipeline.stages.stage import settle
from schemas.records import LedgerRow
from schemas.tables import LEDGER, ledger_to_row
from tests.pipeline.stages.runner import run
from tests.samples import make_candidate

EARLIER = LedgerRow(uid=None, url="http://e.org/", stage="crawl", outcome="robots")


def test_a_folder_of_others_has_no_accounts(tmp_path: Path) -> None:
    assert read_before(str(tmp_path)) == Before(stages={})


def test_the_ledger_of_earlier_commands_is_carried_on(tmp_path: Path) -> None:
    write_table(str(tmp_path / "ledger/00000.parquet"), [ledger_to_row(EARLIER)], LEDGER)
    (tmp_path / "summary.json").write_text(json.dumps({"stages": {"crawl": {"in": 1}}}))
    before = read_before(str(tmp_path))
    assert before.stages == {"crawl": {"in": 1}}
    late = LedgerRow(uid=None, url=None, stage="select", outcome="language")

    def construct(root: beam.Pipeline) -> dict[str, beam.PCollection]:
        settled = root | beam.Create([late, make_candidate(1)])
        dropped, counts = collect([settle("select", settled, settled, None)], before, root)
        return {"dropped": dropped | beam.Flatten(), "counts": counts}

    outputs = run(construct)
    assert sorted(outputs["dropped"], key=lambda row: row.stage) == [EARLIER, late]
    assert sum(number for _, number in outputs["counts"]) == 4
