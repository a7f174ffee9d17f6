"""Real files, our verdicts beside plain protego's; docs/robots.md has the table."""

from pathlib import Path

import pytest

from benchmarks.robots_diff import ROBOTS, Change, find_changes

STRICTER = {"a path without its slash", "byte order mark", "a file that is not UTF-8"}


@pytest.fixture(scope="module")
def changes(shared_data: Path) -> list[Change]:
    folders = [shared_data / "robots" / name for name in ("files", "ai-robots-txt")]
    files = [file for folder in folders for file in sorted(folder.glob("*"))]
    assert len(files) == 433 + 2
    found = [find_changes(file.read_bytes(), file.name) for file in files]
    return [change for each in found for change in each if change]


def test_every_changed_verdict_has_its_reason(changes: list[Change]) -> None:
    assert {change.reason for change in changes} == STRICTER | {"whole product token"}


def test_nothing_is_allowed_but_by_the_exact_token_of_rfc_9309(changes: list[Change]) -> None:
    allowed = {change.reason for change in changes if change.allows}
    assert allowed == {"whole product token"}  # a group `CCBot` is not about `CCBoter`


def test_robots_that_no_group_begins_with_are_only_refused_more(changes: list[Change]) -> None:
    ours = [change for change in changes if change.robot in ROBOTS]
    assert {change.reason for change in ours} == STRICTER
    assert not any(change.allows for change in ours)
