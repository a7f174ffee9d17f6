import json
import tarfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.download.pool import count_changes, is_done, read_pool_shard, write_pool_shard
from tests.samples import make_image, make_pair

OK = make_pair(1, shard=3)
LOST = make_pair(2, shard=3, status="failed_to_download", outcome="http_404", phash=None)
BROKEN = make_pair(4, shard=3, status="failed_to_resize", outcome="decode", phash=None)
RESULTS = [(OK, make_image(1)), (LOST, b""), (BROKEN, b"")]


def test_a_row_for_every_url_and_members_for_every_success(tmp_path: Path) -> None:
    write_pool_shard(str(tmp_path), 3, RESULTS, "mark")
    rows = pq.read_table(tmp_path / "00003.parquet").to_pylist()
    assert [row["status"] for row in rows] == ["success", "failed_to_download", "failed_to_resize"]
    assert rows[1]["error_message"] == "http_404"
    with tarfile.open(tmp_path / "00003.tar") as tar:
        assert tar.getnames() == [f"{OK.uid}.{ext}" for ext in ("jpg", "txt", "json")]
    assert read_pool_shard(str(tmp_path), 3) == [OK, LOST, BROKEN]


def test_the_stats_have_img2datasets_names(tmp_path: Path) -> None:
    write_pool_shard(str(tmp_path), 3, RESULTS, "mark")
    stats = json.loads((tmp_path / "00003_stats.json").read_text())
    counts = ("count", "successes", "failed_to_download", "failed_to_resize")
    assert [stats[name] for name in counts] == [3, 1, 1, 1]
    assert stats["status_dict"] == {"ok": 1, "http_404": 1, "decode": 1}
    assert {"duration", "start_time", "end_time"} <= stats.keys()


def test_the_stats_count_what_became_of_earlier_pictures(tmp_path: Path) -> None:
    lost = replace(LOST, earlier_sha256="0" * 64)
    write_pool_shard(str(tmp_path), 3, [(replace(OK, change="same"), b"x"), (lost, b"")], "mark")
    write_pool_shard(str(tmp_path), 4, [(replace(OK, change="same"), b"x")], "mark")
    stats = json.loads((tmp_path / "00003_stats.json").read_text())
    assert stats["changes"] == {"same": 1, "unknown": 1}
    expected = {"new": 0, "same": 2, "changed": 0, "gone": 0, "unknown": 1}
    assert count_changes(str(tmp_path)) == expected


def test_a_shard_may_have_begun_before_it_was_written(tmp_path: Path) -> None:
    started = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    write_pool_shard(str(tmp_path), 3, RESULTS, "mark", started)
    stats = json.loads((tmp_path / "00003_stats.json").read_text())
    assert stats["start_time"] == started.timestamp()
    assert stats["duration"] == pytest.approx(stats["end_time"] - started.timestamp())


def test_a_shard_is_done_only_for_what_it_was_made_from(tmp_path: Path) -> None:
    assert not is_done(str(tmp_path), 3, "mark")
    write_pool_shard(str(tmp_path), 3, RESULTS, "mark")
    assert is_done(str(tmp_path), 3, "mark")
    assert not is_done(str(tmp_path), 3, "another")
    assert not is_done(str(tmp_path), 4, "mark")


def test_a_shard_that_stops_halfway_leaves_no_file(tmp_path: Path) -> None:
    def interrupted():
        yield RESULTS[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_pool_shard(str(tmp_path), 3, interrupted(), "mark")
    assert list(tmp_path.iterdir()) == []
