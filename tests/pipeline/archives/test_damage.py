import gzip

import pytest

from pipeline.archives.damage import Damage, Extent, check_record, find_next_record, find_starts
from pipeline.archives.layout import Layout, find_layout
from pipeline.archives.members import CHUNK_BYTES
from schemas.outcomes import Failure
from tests.pipeline.crawl.archives import ARC_FILE, arc_record, http, pack, record, window

RECORDS = [record(f"http://h/{n}", http(b"<p>" + b"%d" % n * 500)) for n in range(4)]
ARC = [ARC_FILE, *(arc_record(f"http://h/{n}", http(b"<p>" + b"%d" % n * 500)) for n in range(3))]
PACKINGS = ["plain", "gz", "zst", "zst-dictionary"]
CASES = [(records, name) for records in (RECORDS, ARC) for name in PACKINGS]


def layout(data: bytes) -> Layout:
    found = find_layout(window(data))
    assert found is not None
    return found


@pytest.mark.parametrize(("records", "name"), CASES)
def test_whole_record_says_where_it_ends(records: list[bytes], name: str) -> None:
    data, offsets = pack(records, name)

    for offset, end in zip(offsets, [*offsets[1:], len(data)], strict=True):
        assert check_record(window(data), offset, layout(data)) == Extent(end=end)
    assert check_record(window(data), len(data), layout(data)) is None


@pytest.mark.parametrize(("records", "name"), CASES)
def test_every_cut_is_seen_unless_it_lies_between_records(records: list[bytes], name: str) -> None:
    """Case 59."""
    data, offsets = pack(records, name)
    tail = 0 if name != "plain" else 4 if records is RECORDS else 1
    for cut in range(offsets[3] + 1, len(data) - tail):
        damage = check_record(window(data[:cut]), offsets[3], layout(data))
        assert isinstance(damage, Damage), cut
        assert (damage.outcome, damage.at) == (Failure.WARC_TRUNCATED, offsets[3]), cut


@pytest.mark.parametrize(("records", "name"), CASES)
def test_next_record_is_found_behind_damage(records: list[bytes], name: str) -> None:
    data, offsets = pack(records, name)

    assert find_next_record(window(data), offsets[1], layout(data)) == offsets[2]
    assert find_next_record(window(data), offsets[3], layout(data)) is None
    assert list(find_starts(window(data), offsets[1], layout(data))) == offsets[1:]


def test_next_record_is_found_across_the_edge_of_a_read() -> None:
    for gap in range(CHUNK_BYTES - 10, CHUNK_BYTES + 3):
        stream = window(b"x" * gap + b"\n" + RECORDS[0])
        assert find_next_record(stream, 0, layout(RECORDS[0])) == gap + 1


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda data: data.replace(b"Content-Length", b"X-Length", 1), "no length in the header"),
        (lambda data: data.replace(b"Length: ", b"Length: -", 1), "no length in the header"),
        (lambda data: data.replace(b"h/0", b"h/0/longer", 1), None),
        (lambda data: data.replace(b"<p>", b"<p>more", 1), "wrong length in the header"),
        (lambda data: b"x" + data, "no record"),
        (lambda data: data.replace(b"\r\n", b"\n"), "wrong length in the header"),
    ],
)
def test_plain_record_with_a_bad_header_is_named(change, why: str | None) -> None:
    """Case 62."""
    found = check_record(window(change(b"".join(RECORDS))), 0, layout(RECORDS[0]))

    assert (found.why if isinstance(found, Damage) else None) == why


def test_plain_record_whose_lines_end_in_lf_is_whole() -> None:
    """Case 62."""
    block = http(b"<p>").replace(b"\r\n", b"\n")
    data = record("http://h/", block).replace(b"\r\n", b"\n")

    assert check_record(window(data * 2), 0, layout(data)) == Extent(end=len(data))


@pytest.mark.parametrize("name", ["gz", "zst"])
def test_corrupt_member_and_garbage_are_named(name: str) -> None:
    """Case 60."""
    data, offsets = pack(RECORDS, name)
    flipped = bytearray(data)
    flipped[offsets[2] - 2] ^= 0x10
    corrupt = check_record(window(bytes(flipped)), offsets[1], layout(data))
    garbage = check_record(window(data + b"garbage"), len(data), layout(data))

    assert isinstance(corrupt, Damage)
    assert (corrupt.at, corrupt.why) == (offsets[1], "corrupt compressed member")
    assert isinstance(garbage, Damage)
    assert (garbage.at, garbage.why) == (len(data), "no compressed member")


def test_member_of_something_else_is_damage_and_an_empty_one_is_none() -> None:
    data, _ = pack(RECORDS, "gz")
    page, empty = gzip.compress(b"<html>"), gzip.compress(b"")

    assert isinstance(check_record(window(data + page), len(data), layout(data)), Damage)
    assert check_record(window(data + empty), len(data), layout(data)) == Extent(
        end=len(data + empty), is_empty=True
    )
