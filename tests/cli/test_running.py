import json
from pathlib import Path

import pytest

from cli.running import make_output, refuse_if_nothing, write_summary
from schemas.errors import UserError


def test_an_output_folder_is_made_and_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert make_output("a/b") == str(tmp_path / "a/b")
    assert (tmp_path / "a/b").is_dir()
    assert make_output("s3://bucket/x/") == "s3://bucket/x"


def test_a_file_is_no_output_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for name in ("file", "file/below"):
        with pytest.raises(UserError, match="a file, where a folder is due"):
            make_output(str(tmp_path / name))


def test_a_summary_has_command_seconds_versions_and_more(tmp_path: Path) -> None:
    write_summary(str(tmp_path), "crawl", 1.23456, stages={"crawl": {}})
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert (summary["command"], summary["seconds"], summary["stages"]) == (
        "crawl",
        1.235,
        {"crawl": {}},
    )
    assert summary["versions"]["python"]


def test_broken_inputs_that_gave_nothing_are_the_users_to_mend() -> None:
    stages = {"crawl": {"in": 1, "kept": 0, "rejected": {}, "failed": {"warc_truncated": 1}}}
    with pytest.raises(UserError, match="warc_truncated"):
        refuse_if_nothing(stages, "out")
    stages["crawl"]["failed"] = {}
    refuse_if_nothing(stages, "out")
