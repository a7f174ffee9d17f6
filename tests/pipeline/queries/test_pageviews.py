import gzip
from pathlib import Path

import pytest

from pipeline.queries.pageviews import read_views
from schemas.errors import RecordFailed

LINES = """\
de Berlin 7 0
en Albert_Einstein 12 0
en.m Albert_Einstein 30 0
en.zero Albert_Einstein 1 0
en.b Cooking 9 0
en Special:Search 900 0
en - 55 0
en Caf%C3%A9 3 0
enwiki Nothing 3 0
"""


def write(path: Path, lines: str) -> str:
    path.write_bytes(gzip.compress(lines.encode()))
    return str(path)


def test_views_of_a_project_come_from_all_its_sites(tmp_path: Path) -> None:
    path = write(tmp_path / "v.gz", LINES)
    assert list(read_views(path, "en")) == [
        ("Albert Einstein", 12),
        ("Albert Einstein", 30),
        ("Albert Einstein", 1),
        ("Café", 3),
    ]
    assert list(read_views(path, "de")) == [("Berlin", 7)]


def test_broken_lines_are_counted_and_said_at_the_end(tmp_path: Path) -> None:
    path = write(tmp_path / "v.gz", "en A\nen B 4 0\nen C x 0\nen %FF 1 0\nde D\n")
    views = read_views(path, "en")
    assert next(views) == ("B", 4)
    with pytest.raises(RecordFailed) as failed:
        next(views)
    assert (failed.value.outcome, failed.value.detail[:10]) == ("row", "3 lines of")


def test_a_file_cut_short_gives_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "v.gz"
    whole = gzip.compress("".join(f"en Page_{n} {n} 0\n" for n in range(9999)).encode())
    path.write_bytes(whole[:-2000])
    found: list[tuple[str, int]] = []
    with pytest.raises(RecordFailed) as failed:
        found.extend(read_views(str(path), "en"))
    assert failed.value.outcome == "truncated"
    path.write_bytes(b"no gzip")
    with pytest.raises(RecordFailed) as failed:
        list(read_views(str(path), "en"))
    assert failed.value.outcome == "file_format"
