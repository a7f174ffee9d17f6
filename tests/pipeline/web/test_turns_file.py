import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.web.shared_turns import leave_turns, shared_turns
from pipeline.web.turns_file import open_turns_file, remove_unused_turns_files, turns_file

# Opens the turns of a run, says so, and goes when its input ends.
USE = """
import sys
from pipeline.web.shared_turns import shared_turns
from pipeline.web.turns_file import turns_file

shared_turns(turns_file(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield tmp_path
    leave_turns()
    tempfile.tempdir = None


def use(run: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", USE, run], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "open\n"
    return process


def test_runs_meet_by_name_and_users_do_not(temporary: Path) -> None:
    assert turns_file("/a/pool") == turns_file("/a/pool") != turns_file("/b/pool")
    assert turns_file("/a/pool").startswith(str(temporary))


def test_nothing_is_left_when_the_last_process_has_gone(temporary: Path) -> None:
    one, other = use("pool"), use("pool")
    one.communicate()
    assert Path(turns_file("pool")).exists()
    other.communicate()
    assert list(temporary.iterdir()) == []


def test_a_run_leaves_alone_what_another_uses(temporary: Path) -> None:
    other = use("other")
    shared_turns(turns_file("mine"))
    leave_turns()
    assert not Path(turns_file("mine")).exists()
    assert Path(turns_file("other")).exists()
    other.communicate()


def test_what_a_killed_process_left_goes_with_the_next_run(temporary: Path) -> None:
    with use("pool") as killed:
        killed.kill()
    assert Path(turns_file("pool")).exists()
    leave_turns()
    assert list(temporary.iterdir()) == []


def test_turns_can_be_shared_again_after_they_were_left(temporary: Path) -> None:
    first = shared_turns(turns_file("pool"))
    leave_turns()
    second = shared_turns(turns_file("pool"))
    assert second is not first
    assert second.next_start("e.org") == 0.0


def test_a_file_that_is_removed_while_it_is_opened_is_made_again(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = turns_file("pool")
    lock = "pipeline.web.turns_file.fcntl.lockf"
    removals = [True, False]

    def remove_first(*_: object) -> None:
        if removals.pop(0):
            Path(path).unlink()

    with monkeypatch.context() as patched:
        patched.setattr(lock, remove_first)
        file = open_turns_file(path)
    assert removals == []
    assert Path(path).exists()
    os.close(file)


def test_a_folder_that_was_never_made_is_nothing_to_remove(temporary: Path) -> None:
    remove_unused_turns_files()
    assert list(temporary.iterdir()) == []
