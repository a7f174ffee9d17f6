from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.crawl.seeds.archive_writer import ArchiveState, ArchiveWriter, Place
from schemas.errors import RunError


def writer(folder: Path, *states: ArchiveState, max_bytes: int = 100) -> ArchiveWriter:
    return ArchiveWriter(folder, "c", max_bytes, lambda name: b"[" + name.encode() + b"]", states)


HEAD = b"[c-00000.warc.gz]"


def commit(archive: ArchiveWriter) -> list[ArchiveState]:
    states = archive.sync()
    archive.finish_renames(states)
    return states


def test_records_lie_where_append_says(tmp_path: Path) -> None:
    archive = writer(tmp_path)
    places = [archive.append([b"first", b"its request"]), archive.append([b"second"])]
    assert places[1] == Place(file="c-00000.warc.gz", offset=len(HEAD) + 16, length=6)
    archive.close()
    commit(archive)
    data = (tmp_path / "c-00000.warc.gz").read_bytes()
    found = [data[place.offset : place.offset + place.length] for place in places]
    assert found == [b"first", b"second"]


def test_a_file_is_open_until_it_is_full(tmp_path: Path) -> None:
    archive = writer(tmp_path)
    archive.append([b"x" * 50])
    commit(archive)
    assert [path.name for path in tmp_path.iterdir()] == ["c-00000.warc.gz.open"]
    archive.append([b"y" * 50])
    assert archive.append([b"z"]).file == "c-00001.warc.gz"
    commit(archive)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["c-00000.warc.gz", "c-00001.warc.gz.open"]


def test_what_was_not_committed_is_cut_off(tmp_path: Path) -> None:
    archive = writer(tmp_path)
    archive.append([b"kept"])
    states = commit(archive)
    archive.append([b"lost"])
    archive.sync()  # on the disk, but the commit never came
    archive.abandon()
    archive = writer(tmp_path, *states)
    archive.append([b"again"])
    archive.close()
    commit(archive)
    assert (tmp_path / "c-00000.warc.gz").read_bytes() == HEAD + b"keptagain"


def test_a_file_begun_after_the_last_commit_is_removed(tmp_path: Path) -> None:
    archive = writer(tmp_path)
    archive.append([b"lost"])
    archive.sync()
    archive.abandon()
    archive = writer(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert archive.append([b"first"]).file == "c-00000.warc.gz"
    archive.abandon()


def test_a_rename_that_was_missed_is_made_up_for(tmp_path: Path) -> None:
    archive = writer(tmp_path)
    archive.append([b"x" * 200])
    states = archive.sync()
    writer(tmp_path, *states)
    assert [path.name for path in tmp_path.iterdir()] == ["c-00000.warc.gz"]


def test_a_disk_that_lost_bytes_stops_the_run(tmp_path: Path) -> None:
    archive = writer(tmp_path)
    archive.append([b"kept"])
    states = commit(archive)
    archive.abandon()
    (tmp_path / "c-00000.warc.gz.open").write_bytes(b"short")
    with pytest.raises(RunError, match="5 bytes where 21 were written"):
        writer(tmp_path, *states)


@given(st.lists(st.tuples(st.binary(min_size=1, max_size=60), st.booleans(), st.booleans())))
def test_committed_records_are_there_once_whatever_the_kills(tmp_path_factory, steps) -> None:
    folder = tmp_path_factory.mktemp("archive")
    known: dict[str, ArchiveState] = {}
    archive, committed, pending = writer(folder), [], []
    for record, is_commit, is_kill in steps:
        pending.append(record)
        archive.append([record])
        if is_commit:
            known |= {state.name: state for state in commit(archive)}
            committed, pending = committed + pending, []
        if is_kill:
            archive.abandon()
            archive, pending = writer(folder, *known.values()), []
    archive.close()
    commit(archive)
    files = sorted(folder.iterdir())
    assert all(path.name.endswith(".gz") for path in files)
    data = b"".join(p.read_bytes().removeprefix(b"[" + p.name.encode() + b"]") for p in files)
    assert data == b"".join([*committed, *pending])
