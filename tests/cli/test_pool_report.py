from pathlib import Path

from rich.console import Console

from cli.pool_report import pool_tables, report_pool
from pipeline.download.pool import write_pool_shard
from pipeline.shards.storage import join
from pipeline.shards.table import write_table
from pipeline.stages.find_placeholders import TABLE
from schemas.tables import PLACEHOLDERS
from tests.samples import make_pair


def placeholder(urls: int) -> dict[str, object]:
    return {
        "method": "sha256",
        "hash": f"{urls:064x}",
        "pairs": urls,
        "urls": urls,
        "hosts": 2,
        "captions": 7,
        "example_urls": ["http://e.org/missing.jpg"],
        "uid": f"{urls:032x}",
        "shard": 0,
    }


def test_a_later_round_and_its_placeholders_are_told(tmp_path: Path) -> None:
    pool = str(tmp_path)
    rows = [(make_pair(1, change="same"), b"x"), (make_pair(2, change="new"), b"x")]
    write_pool_shard(pool, 0, rows, "mark")
    found = [placeholder(urls) for urls in range(30, 20, -1)]
    write_table(join(pool, TABLE), found, PLACEHOLDERS)
    report = report_pool(pool)
    assert report["changes"] == {"new": 1, "same": 1, "changed": 0, "gone": 0, "unknown": 0}
    assert [row["urls"] for row in report["placeholders"]] == [30, 29, 28, 27, 26]
    console = Console(record=True, width=160)
    console.print(*pool_tables(report))
    said = console.export_text()
    assert "Pictures since the earlier pool" in said
    assert "http://e.org/missing.jpg" in said


def test_a_first_round_without_placeholders_has_no_table(tmp_path: Path) -> None:
    write_pool_shard(str(tmp_path), 0, [(make_pair(1), b"x")], "mark")
    report = report_pool(str(tmp_path))
    assert report == {"placeholders": []}
    assert pool_tables(report) == []
