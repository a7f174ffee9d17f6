import gzip
import struct

import pytest
import zstandard

from pipeline.archives.members import (
    CHUNK_BYTES,
    Codec,
    CorruptMember,
    Gzip,
    Zstd,
    dictionary_frame,
    read_dictionary,
    skip_frames,
    starts_zstd,
)
from tests.pipeline.crawl import archives
from tests.pipeline.crawl.archives import DICTIONARY, window

CONTENT = b"<p>some words 7" * 1000
PACKED = {
    "gzip": (Gzip(), gzip.compress(CONTENT)),
    "zstd": (Zstd(), zstandard.ZstdCompressor(write_checksum=True).compress(CONTENT)),
    "zstd-dictionary": (
        Zstd(DICTIONARY.as_bytes()),
        zstandard.ZstdCompressor(dict_data=DICTIONARY, write_checksum=True).compress(CONTENT),
    ),
}
SKIPPABLE = struct.pack("<II", 0x184D2A50, 3) + b"abc"


@pytest.mark.parametrize("name", PACKED)
def test_member_gives_its_content_and_where_it_ends(name: str) -> None:
    codec, packed = PACKED[name]
    pieces = list(codec.pieces(window(b"xx" + packed + b"more"), 2))

    assert b"".join(piece for piece, _ in pieces) == CONTENT
    assert pieces[-1][1] == 2 + len(packed)
    assert {end for _, end in pieces[:-1]} <= {-1}


@pytest.mark.parametrize("name", PACKED)
def test_cut_member_has_no_end_and_a_flipped_byte_is_corrupt(name: str) -> None:
    codec, packed = PACKED[name]
    changed = bytearray(packed)
    changed[-2] ^= 1

    assert all(end < 0 for _, end in codec.pieces(window(packed[:-1]), 0))
    with pytest.raises(CorruptMember):
        list(codec.pieces(window(bytes(changed)), 0))


@pytest.mark.parametrize("name", PACKED)
def test_start_is_read_of_a_part_and_none_of_anything_else(name: str) -> None:
    codec, packed = PACKED[name]

    assert codec.start(packed[: len(packed) // 2 + 40], 10) == CONTENT[:10]
    assert codec.start(codec.magic + b"\xff" * 50, 10) is None


@pytest.mark.parametrize(
    ("codec", "bomb"),
    [
        (Gzip(), gzip.compress(bytes(2**28))),
        (Zstd(), zstandard.ZstdCompressor().compress(bytes(2**28))),
    ],
)
def test_bomb_comes_in_pieces(codec: Codec, bomb: bytes) -> None:
    """Case 64."""
    sizes = [len(piece) for piece, _ in codec.pieces(window(bomb), 0)]

    assert sum(sizes) == 2**28
    assert max(sizes) <= 128 * CHUNK_BYTES


@pytest.mark.parametrize("is_compressed", [True, False])
def test_dictionary_is_read_from_the_frame_in_front(is_compressed: bool) -> None:
    frame = archives.dictionary_frame(is_compressed=is_compressed)

    assert read_dictionary(window(frame + b"more")) == DICTIONARY.as_bytes()
    assert read_dictionary(window(PACKED["zstd"][1])) == b""
    with pytest.raises(CorruptMember):
        read_dictionary(window(frame[:-1]))


def test_dictionary_that_is_none_is_corrupt() -> None:
    with pytest.raises(CorruptMember):
        Zstd(DICTIONARY.as_bytes()[:20])


def test_frames_without_content_are_passed() -> None:
    data = SKIPPABLE * 2 + PACKED["zstd"][1]

    assert skip_frames(window(data), 0) == 2 * len(SKIPPABLE)
    assert list(Zstd().pieces(window(data), 0)) == [(b"", len(SKIPPABLE))]
    assert not list(Zstd().pieces(window(SKIPPABLE[:-1]), 0))
    assert starts_zstd(data)
    assert not starts_zstd(PACKED["gzip"][1])


def test_frame_whose_length_leads_nowhere_is_corrupt() -> None:
    data = SKIPPABLE + b"x" + PACKED["zstd"][1]

    with pytest.raises(CorruptMember):
        list(Zstd().pieces(window(data), 0))


def test_frame_of_no_dictionary_is_nothing() -> None:
    assert dictionary_frame(b"") == b""
