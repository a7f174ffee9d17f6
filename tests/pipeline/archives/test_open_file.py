from pathlib import Path

import fsspec
import pytest

from pipeline.archives.open_file import find_members, is_wacz, open_file, require_layout
from schemas.errors import RecordFailed
from schemas.outcomes import Failure
from tests.files_server import serve_files
from tests.pipeline.archives.test_wacz import FILES, pack
from tests.pipeline.crawl.archives import record, window

DATA = bytes(range(256)) * 40_000


def read_last(path: str) -> bytes:
    with open_file(path) as stream:
        stream.seek(stream.end - 1)
        return stream.read(1)


def outcome(path: str) -> str:
    with pytest.raises(RecordFailed) as failed:
        read_last(path)
    return failed.value.outcome


def test_files_are_opened_wherever_they_lie(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(DATA)
    with fsspec.open("memory://open-file/a", "wb") as stream:
        stream.write(DATA)
    with serve_files({"/a": DATA}) as server:
        for path in (str(tmp_path / "a"), "memory://open-file/a", f"{server}/a"):
            with open_file(path) as window:
                assert window.end == len(DATA)
                assert (window.seek(9_000_001), window.read(3)) == (9_000_001, DATA[9_000_001:][:3])
                assert (window.seek(5), window.read(3)) == (5, DATA[5:8])


def test_what_cannot_be_opened_says_why(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with serve_files({"/a": DATA}, takes_ranges=False) as server:
        assert outcome(f"{server}/none") == Failure.FILE_MISSING
        assert outcome(f"{server}/busy") == "http_503"
        assert outcome(f"{server}/a") == Failure.PROTOCOL
    with serve_files({}) as gone:
        pass
    assert outcome(f"{gone}/a") == Failure.CONNECT
    assert outcome(str(tmp_path / "none")) == Failure.FILE_MISSING
    with pytest.raises(RecordFailed, match="is no file"):
        read_last(str(tmp_path))
    assert outcome(str(tmp_path / "empty")) == Failure.FILE_EMPTY


def test_archive_alone_is_its_own_member_and_a_wacz_has_several() -> None:
    alone, packed = window(record("http://h/", b"")), window(pack(FILES))

    assert (is_wacz(alone), is_wacz(packed)) == (False, True)
    assert [(m.start, m.end) for m in find_members(alone)] == [(0, alone.end)]
    assert len(find_members(packed)) == 2


def test_what_is_no_archive_fails() -> None:
    with pytest.raises(RecordFailed) as failed:
        require_layout(window(b"<html>"))
    assert failed.value.outcome == Failure.FILE_FORMAT
