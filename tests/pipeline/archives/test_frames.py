import pytest

from pipeline.archives.arc_frames import read_arc_frames
from pipeline.archives.frames import Frame
from pipeline.archives.layout import layout_at
from pipeline.archives.warc_frames import read_warc_frames
from tests.pipeline.crawl.archives import arc_record, http, record, window

BLOCK = http(b"<p>hello")


def first(data: bytes) -> Frame:
    layout = layout_at(data)
    frames = read_arc_frames if layout.is_arc else None
    stream = window(data)
    return next(frames(stream, 0, layout) if frames else read_warc_frames(stream, 0))


@pytest.mark.parametrize("data", [record("http://h/", BLOCK), arc_record("http://h/", BLOCK)])
def test_both_formats_say_the_same_of_a_record(data: bytes) -> None:
    frame = first(data)
    date = frame.date()

    assert (frame.offset, frame.length, frame.kind) == (0, len(BLOCK), "response")
    assert frame.header("WARC-Target-URI") == "http://h/"
    assert frame.header("WARC-Truncated") is None
    assert date is not None
    assert date.isoformat() == "2026-01-02T03:04:05+00:00"
    assert (frame.read(4), frame.passed) == (BLOCK[:4], 4)
    frame.skip()
    assert frame.passed == len(BLOCK)
    assert frame.read(4) == b""
