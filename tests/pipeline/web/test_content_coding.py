import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.web.content_coding import Unpacker
from schemas.errors import RecordFailed

BODY = bytes(range(256)) * 20


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACKED = {
    "gzip": gzip.compress(BODY),
    "x-gzip": gzip.compress(BODY),
    " GZIP ": gzip.compress(BODY),
    "deflate": zlib.compress(BODY),
    "Deflate": raw_deflate(BODY),
    "": BODY,
    "identity": BODY,
    "utf-8": BODY,
    "none, gzip": gzip.compress(BODY),
}


def unpack(coding: str, data: bytes, *, step: int = 10_000, max_bytes: int = 10**9) -> bytes:
    unpacker = Unpacker(coding)
    found = b""
    for start in range(0, len(data), step):
        found += unpacker.feed(data[start : start + step], max_bytes - len(found))
    unpacker.end()
    return found


@pytest.mark.parametrize("coding", PACKED)
@pytest.mark.parametrize("step", [1, 7, 10_000])
def test_a_body_is_unpacked_however_it_comes(coding: str, step: int) -> None:
    assert unpack(coding, PACKED[coding], step=step) == BODY


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=4), st.integers(20, 500))
def test_a_gzip_body_may_have_several_members(parts: list[bytes], step: int) -> None:
    packed = b"".join(map(gzip.compress, parts))
    whole = gzip.decompress(packed)
    if len(packed) <= step:  # else a member's first two bytes may come apart
        assert unpack("gzip", packed, step=step) == whole


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_what_follows_is_left(coding: str) -> None:
    assert unpack(coding, PACKED[coding] + b"\0\0 and more") == BODY


@pytest.mark.parametrize("coding", ["gzip", "deflate", "Deflate"])
@pytest.mark.parametrize("kept", [1, 20, -1])
def test_a_cut_body_is_not_whole(coding: str, kept: int) -> None:
    with pytest.raises(RecordFailed) as failed:
        unpack(coding, PACKED[coding][:kept])
    assert failed.value.outcome == "truncated"


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "gzip,br", "x-compress"])
def test_what_was_not_asked_for_is_refused(coding: str) -> None:
    with pytest.raises(RecordFailed) as failed:
        Unpacker(coding)
    assert (failed.value.outcome, failed.value.detail[:15]) == ("protocol", "a body encoding")


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_what_is_not_packed_so_is_broken(coding: str) -> None:
    with pytest.raises(RecordFailed) as failed:
        unpack(coding, b"\xff\xd8\xff\xe0" + BODY)
    assert failed.value.outcome == "protocol"


@pytest.mark.parametrize("coding", ["gzip", "deflate", ""])
@pytest.mark.parametrize("limit", [1, 100])
def test_no_more_is_unpacked_than_is_wanted(coding: str, limit: int) -> None:
    assert Unpacker(coding).feed(PACKED[coding], limit) == BODY[:limit]


def test_an_empty_body_is_whole() -> None:
    assert unpack("gzip", b"") == b""
