import bz2
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.queries import bz2_streams
from pipeline.queries.bz2_streams import read_streams
from schemas.errors import RecordFailed


def own(data: bytes, start: int, end: int) -> bytes:
    """Returns what belongs to a range."""
    return b"".join(c for c, is_own in read_streams(BytesIO(data), start, end) if is_own)


@given(
    st.lists(st.binary(min_size=1, max_size=200), min_size=1, max_size=6),
    st.integers(min_value=1, max_value=300),
)
def test_ranges_of_any_size_hold_every_stream_once(contents: list[bytes], size: int) -> None:
    data = b"".join(bz2.compress(content) for content in contents)
    parts = [own(data, start, start + size) for start in range(0, len(data), size)]
    assert b"".join(parts) == b"".join(contents)


def test_a_stream_belongs_to_the_range_that_it_begins_in() -> None:
    first, second = bz2.compress(b"one"), bz2.compress(b"two")
    assert own(first + second, 0, len(first)) == b"one"
    assert own(first + second, 1, len(first) + 1) == b"two"
    assert own(first + second, 1, len(first)) == b""
    pieces = list(read_streams(BytesIO(first + second), 0, len(first)))
    assert [(c, o) for c, o in pieces if c] == [(b"one", True), (b"two", False)]


def test_a_beginning_that_lies_across_two_reads_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"".join(bz2.compress(bytes([n]) * 50) for n in range(9))
    monkeypatch.setattr(bz2_streams, "_READ_BYTES", 16)
    parts = [own(data, start, start + 40) for start in range(0, len(data), 40)]
    assert b"".join(parts) == b"".join(bytes([n]) * 50 for n in range(9))


def test_content_comes_in_pieces_so_that_a_small_file_cannot_fill_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bz2_streams, "_MAX_CONTENT_BYTES", 1000)
    pieces = [c for c, _ in read_streams(BytesIO(bz2.compress(b"a" * 10_000)), 0, 10)]
    assert max(map(len, pieces)) <= 1000
    assert b"".join(pieces) == b"a" * 10_000


def test_what_follows_the_last_stream_and_is_none_is_ignored() -> None:
    assert own(bz2.compress(b"one") + b"padding", 0, 10) == b"one"


@pytest.mark.parametrize(
    ("data", "outcome"),
    [
        (b"<mediawiki>", "file_format"),
        (b"", None),
        (bz2.compress(b"one" * 100)[:-5], "dump_truncated"),
        (bz2.compress(b"one" * 100)[:30] + b"\0" * 40, "dump_damaged"),
    ],
)
def test_what_is_wrong_is_said(data: bytes, outcome: str | None) -> None:
    if outcome is None:
        assert own(data, 0, 10) == b""
        return
    with pytest.raises(RecordFailed) as failed:
        own(data, 0, 10)
    assert failed.value.outcome == outcome
