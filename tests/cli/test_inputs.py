from pathlib import Path

import pytest

from cli.inputs import plan
from schemas.errors import UserError
from tests.cli.conftest import write_pages


def test_a_bad_file_among_good_ones_becomes_a_row(tmp_path: Path) -> None:
    archive = write_pages(tmp_path)
    (tmp_path / "empty.warc").touch()
    planned = plan([str(tmp_path)])
    assert [item.path for item in planned.inputs] == [str(archive)]
    assert [row.outcome for row in planned.problems] == ["file_empty"]


def test_the_fingerprint_changes_when_a_file_is_replaced(tmp_path: Path) -> None:
    archive = write_pages(tmp_path)
    before = plan([str(archive)]).fingerprint
    assert plan([str(archive)]).fingerprint == before
    write_pages(tmp_path, count=3)
    assert plan([str(archive)]).fingerprint != before


def test_nothing_but_bad_files_is_the_users_mistake(tmp_path: Path) -> None:
    (tmp_path / "empty.warc").touch()
    with pytest.raises(UserError, match=r"empty\.warc"):
        plan([str(tmp_path / "empty.warc")])
