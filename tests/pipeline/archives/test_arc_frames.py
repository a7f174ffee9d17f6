import pytest

from pipeline.archives.arc_frames import read_arc_frames
from pipeline.archives.frames import BrokenFrame
from pipeline.archives.layout import find_layout
from tests.pipeline.crawl.archives import ARC_FILE, arc_record, http, pack, window

RECORDS = [ARC_FILE, *(arc_record(f"http://h/{n}", http(b"<p>%d" % n * 99)) for n in range(4))]


def read(data: bytes, offset: int = 0) -> list[tuple[int, str | None, int]]:
    layout = find_layout(window(data))
    assert layout is not None
    frames = read_arc_frames(window(data), offset, layout)
    return [(frame.offset, frame.header("WARC-Target-URI"), frame.length) for frame in frames]


@pytest.mark.parametrize("packing", ["plain", "gz", "zst"])
def test_records_are_read_from_any_of_them_on_whether_their_blocks_are_read_or_not(
    packing: str,
) -> None:
    data, offsets = pack(RECORDS, packing)
    found = read(data)

    assert [offset for offset, _, _ in found] == offsets
    assert [url for _, url, _ in found[1:]] == [f"http://h/{n}" for n in range(4)]
    assert read(data, offsets[2]) == found[2:]


def test_records_of_one_member_share_its_offset() -> None:
    """Case 61."""
    data, _ = pack([b"".join(RECORDS)], "gz")

    assert [offset for offset, _, _ in read(data)] == [0] * len(RECORDS)


def test_url_may_hold_spaces() -> None:
    """Case 62."""
    data = ARC_FILE + arc_record("http://h/a b?c=d e", b"x")

    assert read(data)[1][1] == "http://h/a b?c=d e"


def test_version_2_has_more_fields() -> None:
    line = b"http://h/ 1.2.3.4 20260102030405 text/html 200 ABCDEF - 0 a.arc 3\nabc\n"

    assert read(ARC_FILE + line)[1] == (len(ARC_FILE), "http://h/", 3)


@pytest.mark.parametrize(
    "tail", [b"no record\n", b"http://h/ 1.2.3.4 20260102030405 text/html -1\n"]
)
def test_line_that_is_no_record_breaks_off(tail: bytes) -> None:
    with pytest.raises(BrokenFrame):
        read(ARC_FILE + tail)


def test_records_without_a_web_answer_are_of_no_kind() -> None:
    layout = find_layout(window(ARC_FILE))
    assert layout is not None
    data = ARC_FILE + arc_record("dns:h", b"1.2.3.4", "text/dns")

    assert [frame.kind for frame in read_arc_frames(window(data), 0, layout)] == ["", ""]


def test_impossible_date_is_none() -> None:
    layout = find_layout(window(ARC_FILE))
    assert layout is not None
    data = ARC_FILE.replace(b"20260102", b"20269902")

    assert next(read_arc_frames(window(data), 0, layout)).date() is None
