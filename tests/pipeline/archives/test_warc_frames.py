import pytest

from pipeline.archives.frames import BrokenFrame
from pipeline.archives.warc_frames import read_warc_frames
from tests.pipeline.crawl.archives import DICTIONARY, http, pack, record, window

RECORDS = [record(f"http://h/{n}", http(b"<p>%d" % n * 99)) for n in range(4)]


@pytest.mark.parametrize("packing", ["plain", "gz", "zst", "zst-dictionary"])
def test_records_are_read_from_any_of_them_on(packing: str) -> None:
    data, offsets = pack(RECORDS, packing)
    dictionary = DICTIONARY.as_bytes() if packing == "zst-dictionary" else b""

    for number, offset in enumerate(offsets):
        frames = read_warc_frames(window(data), offset, dictionary=dictionary)
        assert [frame.offset for frame in frames] == offsets[number:]


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b"Content-Length: ", b"Content-Length: -"),
        lambda data: data.replace(b"Content-Length: ", b"X-Length: "),
        lambda data: b"nonsense\r\n\r\n" + data,
    ],
)
def test_header_without_a_length_is_broken_and_not_empty(change) -> None:
    """Case 62; FastWARC takes such a record for one of no bytes."""
    with pytest.raises(BrokenFrame):
        list(read_warc_frames(window(change(RECORDS[0])), 0))


def test_lines_that_end_in_lf_are_taken_if_asked_for() -> None:
    """Case 62."""
    block = b"HTTP/1.1 200 OK\n\n<p>"
    data = record("http://h/", block).replace(b"\r\n", b"\n")
    frame = next(read_warc_frames(window(data), 0, is_lenient=True))

    assert frame.read(99) == block
    with pytest.raises(BrokenFrame):
        list(read_warc_frames(window(data), 0))


@pytest.mark.parametrize("packing", ["gz", "zst"])
def test_member_that_is_cut_is_broken_or_short(packing: str) -> None:
    """Case 59."""
    data = pack(RECORDS, packing)[0]
    try:
        frame = next(read_warc_frames(window(data[:100]), 0))
        frame.skip()
    except BrokenFrame:
        return
    assert frame.passed < frame.length
