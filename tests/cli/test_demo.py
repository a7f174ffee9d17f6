from collections.abc import Callable
from pathlib import Path

import pytest

from cli.main import main


def test_the_demo_finds_what_it_planted_and_the_loss_falls(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import json

    out = tmp_path / "demo"
    assert main(["demo", "--out", str(out), "--steps", "25", "--direct_num_workers=2"]) == 0
    said = capsys.readouterr().out
    assert "every planted thing was found, and nothing else" in said
    assert "differs" not in said
    summary = json.loads((out / "run/summary.json").read_text())
    assert summary["last_loss"] < summary["first_loss"] - 0.5
    for name in ("dataset/README.md", "dataset/contamination/report.html", "run/loss.png"):
        assert (out / name).is_file()
        assert name in said


def test_a_folder_of_the_users_is_left_alone(tmp_path: Path, complaint: Callable[..., str]) -> None:
    (tmp_path / "thesis.tex").touch()
    assert "no demo's folder" in complaint("demo", "--out", tmp_path)
    assert (tmp_path / "thesis.tex").exists()
