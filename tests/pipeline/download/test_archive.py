import gzip
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


def test_bytes_of_any_file_are_read_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "many.bin"
    path.write_bytes(b"xx" + IMAGES["http://e.org/0.jpg"] + b"yy")
    size = len(IMAGES["http://e.org/0.jpg"])
    ref = ImageRef(source=str(path), offset=2, length=size, kind=ImageKind.BYTES)
    found = read_archived_image(ref)

    assert (found.body, found.headers, found.fetched_at) == (IMAGES["http://e.org/0.jpg"], (), None)


@pytest.mark.parametrize(
    ("offset", "length", "outcome"),
    [
        (0, 11, Failure.TRUNCATED),
        (10, 1, Failure.TRUNCATED),
        (99, 1, Failure.TRUNCATED),
        (0, 2**30, Failure.TOO_LARGE),
    ],
)
def test_bytes_that_a_file_does_not_have_fail(
    tmp_path: Path, offset: int, length: int, outcome: str
) -> None:
    path = tmp_path / "ten.bin"
    path.write_bytes(bytes(10))
    ref = ImageRef(source=str(path), offset=offset, length=length, kind=ImageKind.BYTES)
    with pytest.raises(RecordFailed) as caught:
        read_archived_image(ref)
    assert caught.value.outcome == outcome


@pytest.mark.parametrize("kind", ImageKind)
def test_file_that_is_gone_fails(tmp_path: Path, kind: ImageKind) -> None:
    ref = ImageRef(source=str(tmp_path / "none"), offset=0, length=1, kind=kind)
    with pytest.raises(RecordFailed) as caught:
        read_archived_image(ref)
    assert caught.value.outcome == Failure.FILE_MISSING


def test_image_over_the_limit_fails_whether_it_is_packed_or_not(tmp_path: Path) -> None:
    """Case 64."""
    path = tmp_path / "a.warc"
    body = gzip.compress(bytes(10**6))
    write_archive(path, {"http://e.org/": ("image/bmp", body)}, {"Content-Encoding": "gzip"})
    write_archive(tmp_path / "b.warc", {"http://e.org/": ("image/bmp", bytes(10**6))})
    for name in ("a.warc", "b.warc"):
        (ref,) = refs(tmp_path / name).values()
        assert len(read_archived_image(ref).body) == 10**6
        with pytest.raises(RecordFailed) as caught:
            read_archived_image(ref, max_bytes=10**5)
        assert caught.value.outcome == Failure.TOO_LARGE


def test_image_that_is_not_what_its_digest_says_fails(tmp_path: Path) -> None:
    """Case 63: warcio writes digests."""
    path = tmp_path / "a.warc"
    write_archive(path, {"http://e.org/": ("image/jpeg", IMAGES["http://e.org/0.jpg"])})
    (ref,) = refs(path).values()
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(data)
    with pytest.raises(RecordFailed) as caught:
        read_archived_image(ref)
    assert caught.value.outcome == Failure.WARC_DIGEST
