import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.shards.manifest import (
    FileEntry,
    describe_file,
    dump_manifest,
    entry_to_json,
    hash_file,
    read_manifest,
    write_manifest,
)
from schemas.errors import RunError, UserError

CONTENT = {"schema_version": 1, "recipe": {"name": "x", "ratio": 0.5}, "shards": []}


def test_a_manifest_is_read_as_written(tmp_path: Path) -> None:
    write_manifest(str(tmp_path), CONTENT)
    read = read_manifest(str(tmp_path))
    assert {key: read[key] for key in CONTENT} == CONTENT


@settings(max_examples=200)
@given(st.data())
def test_any_flipped_bit_shows(data: st.DataObject) -> None:
    whole = bytearray(dump_manifest(CONTENT))
    position = data.draw(st.integers(0, len(whole) - 1))
    whole[position] ^= 1 << data.draw(st.integers(0, 7))
    folder = f"memory://manifest-{position}"
    import fsspec

    with fsspec.open(f"{folder}/manifest.json", "wb") as stream:
        stream.write(bytes(whole))
    with pytest.raises(RunError, match="altered"):
        read_manifest(folder)


def test_a_folder_without_manifest_is_no_dataset(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no finished dataset"):
        read_manifest(str(tmp_path))


def test_a_manifest_of_another_version_is_refused(tmp_path: Path) -> None:
    write_manifest(str(tmp_path), CONTENT | {"schema_version": 99})
    with pytest.raises(UserError, match="schema version 99"):
        read_manifest(str(tmp_path))


def test_an_entry_describes_what_is_stored(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"abc")
    sha256 = hashlib.sha256(b"abc").hexdigest()
    assert hash_file(str(tmp_path / "x")) == (3, sha256)
    entry = describe_file(str(tmp_path), "x", samples=2)
    assert entry == FileEntry(path="x", bytes=3, sha256=sha256, samples=2)
    assert entry_to_json(entry)["samples"] == 2
