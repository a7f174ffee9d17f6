import io
import os

import pytest

from pipeline.archives.window import NUM_TRIES, Prefixed, Window
from schemas.errors import RecordFailed
from schemas.outcomes import Failure

DATA = bytes(range(100))


class Flaky(io.BytesIO):
    """Fails some reads as a server does."""

    def __init__(self, failures: int) -> None:
        super().__init__(DATA)
        self.failures = failures

    def read(self, size: int | None = -1, /) -> bytes:
        if self.failures:
            self.failures -= 1
            raise TimeoutError
        return super().read(size)


def test_positions_are_those_of_the_file_and_reads_end_at_the_window() -> None:
    part = Window(io.BytesIO(DATA), 10, 20)

    assert (part.tell(), part.read(4), part.tell()) == (10, DATA[10:14], 14)
    assert part.read() == DATA[14:20]
    assert (part.read(5), part.seek(0, os.SEEK_END)) == (b"", 20)
    assert (part.seek(-3, os.SEEK_CUR), part.read(99)) == (17, DATA[17:20])


def test_windows_of_one_file_do_not_disturb_each_other() -> None:
    stream = Window(io.BytesIO(DATA))
    one, other = Window(stream, 0, 50), Window(stream, 50)

    assert [one.read(2), other.read(2), one.read(2), other.read(2)] == [
        DATA[:2],
        DATA[50:52],
        DATA[2:4],
        DATA[52:54],
    ]


def test_position_below_zero_is_refused_as_files_do() -> None:
    with pytest.raises(OSError):
        Window(io.BytesIO(DATA)).seek(-1000, os.SEEK_END)


def test_window_serves_the_buffered_readers_of_the_library() -> None:
    assert io.BufferedReader(Window(io.BytesIO(DATA), 10, 20)).read() == DATA[10:20]


def test_server_that_fails_is_asked_again_and_not_for_ever() -> None:
    assert Window(Flaky(NUM_TRIES - 1)).read(3) == DATA[:3]
    with pytest.raises(RecordFailed) as failed:
        Window(Flaky(NUM_TRIES)).read(3)
    assert failed.value.outcome == Failure.CONNECT


def test_prefix_comes_first_and_positions_count_from_zero() -> None:
    stream = Prefixed(b"head", Window(io.BytesIO(DATA)), 10)

    assert stream.tell() == 0
    assert stream.read(100) == b"head"
    assert stream.tell() + stream.shift == 10
    assert stream.read(5) == DATA[10:15]
    assert stream.tell() + stream.shift == 15
