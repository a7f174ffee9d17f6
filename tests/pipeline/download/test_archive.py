from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator

from pipeline.download.archive import read_archived_image
from schemas.errors import RecordFailed
from schemas.outcomes import Failure
from schemas.records import ImageKind, ImageRef
from tests.archives import write_archive
from tests.samples import make_image

IMAGES = {f"http://e.org/{n}.jpg": make_image(n) for n in range(4)}


def refs(path: Path) -> dict[str, ImageRef]:
    with path.open("rb") as stream:
        return {
            record.headers["WARC-Target-URI"]: ImageRef(
                source=str(path),
                offset=record.stream_pos,
                length=int(record.headers["Content-Length"]),
            )
            for record in ArchiveIterator(stream)
        }


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_every_image_is_read_by_its_offset(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write_archive(path, {url: ("image/jpeg", body) for url, body in IMAGES.items()})
    for url, ref in refs(path).items():
        found = read_archived_image(ref)
        assert found.body == IMAGES[url]
        assert ("Content-Type", "image/jpeg") in found.headers
        assert found.fetched_at == datetime(2026, 1, 1, tzinfo=UTC)


def test_an_archive_that_changed_fails_and_gives_no_other_image(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    write_archive(path, {url: ("image/jpeg", body) for url, body in IMAGES.items()})
    first, second, *_ = refs(path).values()
    moved = ImageRef(source=first.source, offset=second.offset, length=first.length)
    for ref in (moved, ImageRef(source=str(path), offset=10**9, length=1)):
        with pytest.raises(RecordFailed) as caught:
            read_archived_image(ref)
        assert caught.value.outcome == Failure.WARC_RECORD


def test_a_broken_gzip_member_is_a_failed_record(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    write_archive(path, {url: ("image/jpeg", body) for url, body in IMAGES.items()})
    ref = list(refs(path).values())[1]
    data = bytearray(path.read_bytes())
    data[ref.offset + 200] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(RecordFailed):
        read_archived_image(ref)


def test_a_picture_is_a_range_of_bytes(tmp_path: Path) -> None:
    path = tmp_path / "spool.bin"
    path.write_bytes(b"onetwothree")
    ref = ImageRef(source=str(path), offset=3, length=3, kind=ImageKind.BYTES)
    found = read_archived_image(ref)
    assert (found.body, found.headers, found.fetched_at) == (b"two", (), None)


@pytest.mark.parametrize(
    ("name", "length", "outcome"),
    [("gone.bin", 3, Failure.FILE_MISSING), ("spool.bin", 9, Failure.TRUNCATED)],
)
def test_a_picture_that_is_not_there_fails_by_name(
    tmp_path: Path, name: str, length: int, outcome: Failure
) -> None:
    (tmp_path / "spool.bin").write_bytes(b"onetwo")
    ref = ImageRef(source=str(tmp_path / name), offset=0, length=length, kind=ImageKind.BYTES)
    with pytest.raises(RecordFailed) as failed:
        read_archived_image(ref)
    assert failed.value.outcome == outcome
