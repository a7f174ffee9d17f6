import gzip

import pytest

from pipeline.archives.damage import Damage
from pipeline.archives.frames import Frame
from pipeline.archives.layout import find_layout
from pipeline.archives.records import Part, Whole, read_records
from tests.pipeline.crawl.archives import http, pack, record, window

RECORDS = [record(f"http://h/{n}", http(b"<p>%d" % n * 50)) for n in range(5)]
PACKINGS = ["plain", "gz", "zst", "zst-dictionary"]


def read(data: bytes, start: int = 0, end: int = -1) -> list[tuple[int | None, str]]:
    """Returns offset and URL of whole records, place and reason of damages."""
    stream = window(data)
    layout = find_layout(stream)
    assert layout is not None
    part = Part(stream=stream, layout=layout, start=start, end=stream.end if end < 0 else end)

    def url(frame: Frame) -> str:
        return frame.header("WARC-Target-URI") or ""

    return [
        (item.at, item.why) if isinstance(item, Damage) else (item.offset, item.content)
        for item in read_records(part, url)
    ]


def expected(offsets: list[int], *numbers: int) -> list[tuple[int | None, str]]:
    return [(offsets[number], f"http://h/{number}") for number in numbers]


@pytest.mark.parametrize("packing", PACKINGS)
def test_each_record_is_in_the_part_in_which_it_begins(packing: str) -> None:
    data, offsets = pack(RECORDS, packing)

    assert read(data) == expected(offsets, 0, 1, 2, 3, 4)
    assert read(data, offsets[1], offsets[3]) == expected(offsets, 1, 2)
    assert read(data, offsets[1], offsets[3] + 1) == expected(offsets, 1, 2, 3)


def test_take_may_read_some_all_or_nothing_of_a_record() -> None:
    data, _ = pack(RECORDS, "gz")
    stream = window(data)
    layout = find_layout(stream)
    assert layout is not None
    sizes = iter([0, 5, 10**9, 1, 0])
    part = Part(stream=stream, layout=layout, start=0, end=stream.end)
    found = [
        len(whole.content)
        for whole in read_records(part, lambda f: f.read(next(sizes)))
        if isinstance(whole, Whole)
    ]

    assert found[:2] == [0, 5]
    assert found[3:] == [1, 0]


def test_records_of_one_member_are_found_but_not_alone() -> None:
    """Case 61: several records in a member, in a file that has others."""
    shared = gzip.compress(RECORDS[1] + RECORDS[2])
    parts = [gzip.compress(RECORDS[0]), shared, gzip.compress(RECORDS[3])]
    found = read(b"".join(parts))

    assert [url for _, url in found] == [f"http://h/{n}" for n in range(4)]
    assert found[0][0] == 0
    assert found[2][0] is None


def test_broken_record_within_a_shared_member_is_a_row_and_the_next_member_stays() -> None:
    bad = RECORDS[2].replace(b"Content-Length: ", b"Content-Length: -")
    data = b"".join(gzip.compress(p) for p in (RECORDS[0], RECORDS[1] + bad, RECORDS[3]))
    found = read(data)

    assert [text for _, text in found if text.startswith("http")] == [
        f"http://h/{n}" for n in (0, 1, 3)
    ]
    assert sum(text == "not readable" for _, text in found) == 1


@pytest.mark.parametrize("packing", ["plain", "gz", "zst"])
@pytest.mark.parametrize("bad", [b"Content-Length: -", b"X-Length: ", b"Content-Length: x"])
def test_record_without_a_length_is_one_row(packing: str, bad: bytes) -> None:
    """Case 62."""
    broken = RECORDS[2].replace(b"Content-Length: ", bad)
    data, offsets = pack([*RECORDS[:2], broken, *RECORDS[3:]], packing)
    found = read(data)

    assert [item for item in found if item[1].startswith("http")] == expected(offsets, 0, 1, 3, 4)
    assert [at for at, text in found if not text.startswith("http")] == [offsets[2]]


@pytest.mark.parametrize("packing", ["plain", "gz"])
def test_record_with_lf_alone_is_used_among_others(packing: str) -> None:
    """Case 62."""
    block = b"HTTP/1.1 200 OK\n\n<p>"
    lines = record("http://h/2", block).replace(b"\r\n", b"\n")
    data, offsets = pack([*RECORDS[:2], lines, *RECORDS[3:]], packing)

    assert read(data) == expected(offsets, 0, 1, 2, 3, 4)


@pytest.mark.parametrize("packing", ["gz", "zst"])
def test_empty_members_between_records_hide_nothing(packing: str) -> None:
    """FastWARC ends at one without a word."""
    data, _ = pack([RECORDS[0], b"", RECORDS[1], b"", b"", RECORDS[2]], packing)

    assert [url for _, url in read(data)] == ["http://h/0", "http://h/1", "http://h/2"]


def test_two_damages_are_two_rows() -> None:
    """Case 60."""
    data, offsets = pack(RECORDS, "gz")
    changed = bytearray(data)
    changed[offsets[2] - 6] ^= 1
    changed[offsets[4] - 6] ^= 1
    found = read(bytes(changed))

    assert [at for at, text in found if text.startswith("corrupt")] == [offsets[1], offsets[3]]
    assert [url for _, url in found if url.startswith("http")] == [
        "http://h/0",
        "http://h/2",
        "http://h/4",
    ]


def test_damage_belongs_to_the_part_in_which_it_begins() -> None:
    data, offsets = pack(RECORDS, "gz")
    changed = bytearray(data)
    changed[offsets[2] - 6] ^= 1

    assert [text for _, text in read(bytes(changed), 0, offsets[1])] == ["http://h/0"]
    assert len(read(bytes(changed), offsets[1], offsets[2])) == 1
