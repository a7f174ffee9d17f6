import gzip
import io

import pytest

from pipeline.crawl.warc_format import (
    CHUNK_BYTES,
    Packing,
    find_damage,
    find_next_record,
    find_packing,
)
from schemas.outcomes import Failure
from tests.pipeline.crawl.archives import http, pack, record

RECORDS = [record(f"http://h/{n}", http(b"<p>" + b"%d" % n * 500)) for n in range(4)]
PACKINGS = {"plain": Packing.PLAIN, "gz": Packing.GZIP_MEMBERS}


@pytest.mark.parametrize(
    ("data", "packing"),
    [
        (b"", None),
        (b"<!doctype html>", None),
        (gzip.compress(b"<!doctype html>"), None),
        (b"filedesc://x.arc 0.0.0.0 20260101 text/plain 9", None),
        (b"".join(RECORDS), Packing.PLAIN),
        (pack(RECORDS, "gz")[0], Packing.GZIP_MEMBERS),
        (gzip.compress(b"".join(RECORDS)), Packing.GZIP_WHOLE),
        (gzip.compress(RECORDS[0]), Packing.GZIP_MEMBERS),
        (gzip.compress(RECORDS[0])[:3], Packing.GZIP_MEMBERS),
    ],
)
def test_packing_is_told_by_content(data: bytes, packing: Packing | None) -> None:
    stream = io.BytesIO(data)

    assert find_packing(stream) == packing
    assert stream.tell() == 0


@pytest.mark.parametrize("name", PACKINGS)
def test_whole_archive_has_no_damage(name: str) -> None:
    data, offsets = pack(RECORDS, name)

    for offset in offsets:
        assert find_damage(io.BytesIO(data), offset, PACKINGS[name]) is None


@pytest.mark.parametrize("name", PACKINGS)
def test_every_cut_is_seen_unless_it_lies_between_records(name: str) -> None:
    data, offsets = pack(RECORDS, name)
    end = len(data) if name == "gz" else len(data) - len(b"\r\n\r\n")
    for cut in range(offsets[3] + 1, end):
        damage = find_damage(io.BytesIO(data[:cut]), offsets[2], PACKINGS[name])
        assert damage is not None, cut
        assert (damage.outcome, damage.at) == (Failure.WARC_TRUNCATED, offsets[3]), cut


@pytest.mark.parametrize("name", PACKINGS)
def test_next_record_is_found_behind_damage(name: str) -> None:
    data, offsets = pack(RECORDS, name)

    assert find_next_record(io.BytesIO(data), offsets[1], PACKINGS[name]) == offsets[2]
    assert find_next_record(io.BytesIO(data), offsets[3], PACKINGS[name]) is None


def test_next_record_is_found_across_the_edge_of_a_read() -> None:
    for gap in range(CHUNK_BYTES - 10, CHUNK_BYTES + 3):
        stream = io.BytesIO(b"x" * gap + b"\n" + RECORDS[0])
        assert find_next_record(stream, 0, Packing.PLAIN) == gap + 1


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda data: data.replace(b"Content-Length", b"X-Length", 1), "no length in the header"),
        (lambda data: data.replace(b"Length: ", b"Length: -", 1), "no length in the header"),
        (lambda data: data.replace(b"h/0", b"h/0/longer", 1), None),
        (lambda data: data.replace(b"<p>", b"<p>more", 1), "wrong length in the header"),
        (lambda data: b"x" + data, "no WARC record"),
    ],
)
def test_plain_record_with_a_bad_header_is_named(change, why: str | None) -> None:
    damage = find_damage(io.BytesIO(change(b"".join(RECORDS))), 0, Packing.PLAIN)

    assert (damage.why if damage else None) == why


def test_corrupt_member_and_garbage_are_named() -> None:
    data, offsets = pack(RECORDS, "gz")
    flipped = bytearray(data)
    flipped[offsets[1] + 60] ^= 0x10
    corrupt = find_damage(io.BytesIO(bytes(flipped)), 0, Packing.GZIP_MEMBERS)
    garbage = find_damage(io.BytesIO(data + b"garbage"), offsets[3], Packing.GZIP_MEMBERS)

    assert corrupt is not None
    assert (corrupt.at, corrupt.why) == (offsets[1], "corrupt gzip member")
    assert garbage is not None
    assert (garbage.at, garbage.why) == (len(data), "no gzip member")
