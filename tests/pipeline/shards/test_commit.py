import json
from pathlib import Path

import pytest

from pipeline.shards.commit import commit_dataset
from schemas.errors import AccountingError
from tests.datasets import EMPTY_REPORT, make_dataset, stages_for, write_ledger


def test_a_commit_writes_every_file_of_the_contract(tmp_path: Path) -> None:
    manifest = make_dataset(tmp_path)
    dataset = tmp_path / "dataset"
    for name in ("manifest.json", "sizes.json", "croissant.json", "README.md"):
        assert (dataset / name).is_file()
    assert json.loads((dataset / "sizes.json").read_text()) == {"00000.tar": 4, "00001.tar": 2}
    assert (dataset / "shards/sizes.json").read_text() == (dataset / "sizes.json").read_text()
    assert [shard["samples"] for shard in manifest["shards"]] == [4, 2]
    keys = {"schema_version", "recipe", "versions", "created_at", "stages", "shards", "metadata"}
    assert keys | {"ledger"} <= set(json.loads((dataset / "manifest.json").read_text()))


def test_broken_accounts_commit_nothing(tmp_path: Path) -> None:
    ledger = write_ledger(tmp_path)
    with pytest.raises(AccountingError, match="shards/: 0 written, but 5"):
        commit_dataset(
            str(tmp_path), recipe={}, stages=stages_for(5), files=[ledger], report=EMPTY_REPORT
        )
    assert not (tmp_path / "manifest.json").exists()


def test_a_ledger_with_a_row_too_few_commits_nothing(tmp_path: Path) -> None:
    ledger = write_ledger(tmp_path, dropped=2)
    with pytest.raises(AccountingError, match="ledger/: 2 written, but 3"):
        commit_dataset(
            str(tmp_path), recipe={}, stages=stages_for(0, 3), files=[ledger], report=EMPTY_REPORT
        )


def test_what_a_killed_attempt_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    shards = tmp_path / "shards"
    shards.mkdir()
    (shards / "00009.tar").write_bytes(b"stale")
    (shards / "notes.txt").write_bytes(b"the user's")
    commit_dataset(
        str(tmp_path),
        recipe={},
        stages=stages_for(0),
        files=[write_ledger(tmp_path)],
        report=EMPTY_REPORT,
    )
    assert not (shards / "00009.tar").exists()
    assert (shards / "notes.txt").exists()


def test_the_time_can_be_fixed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    once = make_dataset(tmp_path / "a")
    again = make_dataset(tmp_path / "b")
    assert once == again
    assert once["created_at"] == "1970-01-01T00:00:00+00:00"
