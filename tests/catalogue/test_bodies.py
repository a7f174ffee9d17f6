"""Cases 21 to 29, 34, 45 and 46: bodies that are cut, slow, endless, packed, or no image."""

import asyncio
import gzip
import io
import json
import time
import zlib
from collections.abc import Awaitable, Iterator
from dataclasses import replace
from pathlib import Path

import brotli
import pytest
from PIL import ExifTags, Image

from pipeline.download.options import DownloadOptions
from schemas.records import PoolRow
from tests.catalogue.download import HASTY, OPTIONS, PHOTO, download, growth
from tests.pipeline.web.bad_server import (
    Reply,
    Send,
    dripping,
    ok,
    reset,
    serving,
    web_options,
)
from tests.samples import make_image

MAX_GROWTH = 50_000_000  # case 39's; an image may have 2 MB here
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def fetch(
    folder: Path, replies: dict[str, Reply], options: DownloadOptions = OPTIONS
) -> tuple[dict[str, PoolRow], list[str]]:
    """Returns the row of each path, and the paths that the server was asked for."""
    with serving(replies) as site:
        urls = {site.url(path): path for path in replies}
        rows = download(folder, list(urls), web_options(site.address), options)
        return {urls[url]: row for url, row in rows.items()}, site.requests


def headed(length: int | str, body: bytes, *headers: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {length}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def then_reset(start: bytes) -> Send:
    async def send(writer: asyncio.StreamWriter) -> None:
        await dripping([start])(writer)
        await asyncio.sleep(0.05)
        await reset(writer)

    return send


def test_21_a_body_shorter_than_announced_is_tried_once_more(tmp_path: Path) -> None:
    replies: dict[str, Reply] = {
        "/short.jpg": headed(len(PHOTO) + 1, PHOTO),
        "/half.jpg": headed(len(PHOTO), PHOTO[: len(PHOTO) // 2]),
        "/reset.jpg": then_reset(headed(len(PHOTO), PHOTO[:100])),
    }
    rows, asked = fetch(tmp_path, replies, replace(OPTIONS, retries=1))
    assert {row.outcome for row in rows.values()} == {"truncated"}
    assert sorted(asked) == sorted([*replies, *replies])


def test_22_a_body_cut_where_nobody_can_tell_is_no_success(tmp_path: Path) -> None:
    half = PHOTO[: len(PHOTO) // 2]
    rows, _ = fetch(
        tmp_path,
        {
            "/longer.jpg": headed(len(half), PHOTO),
            "/no-length.jpg": b"HTTP/1.1 200 OK\r\n\r\n" + half,
            "/whole.jpg": b"HTTP/1.1 200 OK\r\n\r\n" + PHOTO,
        },
    )
    found = {path: row.outcome for path, row in rows.items()}
    assert found == {"/longer.jpg": "protocol", "/no-length.jpg": "decode", "/whole.jpg": "ok"}


SILENT = dripping([b""], 3600)
HEAD = headed(len(PHOTO), b"")
SLOW: dict[str, Reply] = {
    "/23-body.jpg": dripping([HEAD, *(bytes([byte]) for byte in PHOTO)], 0.05),
    "/24-headers.jpg": dripping([bytes([byte]) for byte in HEAD], 0.05),
    "/24-silence.jpg": SILENT,
    "/24-status.jpg": dripping([b"HTTP/1.1 200 OK\r\n", b""], 3600),
}


def slow(folder: Path, case: str) -> None:
    replies = {path: reply for path, reply in SLOW.items() if case in path}
    started = time.monotonic()
    rows, _ = fetch(folder, replies, HASTY)
    assert {row.outcome for row in rows.values()} == {"deadline"}
    assert time.monotonic() - started < 20  # the bodies would take minutes


def test_23_one_byte_at_a_time_meets_the_deadline(tmp_path: Path) -> None:
    slow(tmp_path, "23")


def test_24_slow_headers_and_silence_meet_the_deadline(tmp_path: Path) -> None:
    slow(tmp_path, "24")


def endless(piece: bytes, head: bytes = b"HTTP/1.1 200 OK\r\n\r\n") -> Send:
    async def send(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(piece)
            await writer.drain()

    return send


def test_25_endless_and_huge_bodies_stop_at_the_cap(tmp_path: Path) -> None:
    piece = PHOTO[:1] * 65_536
    replies: dict[str, Reply] = {
        "/endless.jpg": endless(piece),
        "/chunks.jpg": endless(b"10000\r\n" + piece + b"\r\n", CHUNKED),
        "/announced.jpg": endless(piece, headed(300_000_000, b"")),
    }
    with growth() as grown:
        rows, _ = fetch(tmp_path, replies)
    assert {row.outcome for row in rows.values()} == {"too_large"}
    assert grown[0] < MAX_GROWTH


def zeros(encoder: object, total: int) -> bytes:
    """Returns so many zeros, packed: a piece of them again and again."""
    step = 2**24
    packed = b""
    for _ in range(total // step):
        packed += encoder.compress(bytes(step))  # type: ignore[attr-defined]
    return packed + encoder.flush()  # type: ignore[attr-defined]


class Brotli:
    def __init__(self) -> None:
        self._compressor = brotli.Compressor(quality=1)

    def compress(self, data: bytes) -> bytes:
        return bytes(self._compressor.process(data))

    def flush(self) -> bytes:
        return bytes(self._compressor.finish())


BOMB_BYTES = 2**28  # a quarter of the catalogue's: the cap is at 2 MB, and packing takes time


@pytest.fixture(scope="module")
def bombs() -> dict[str, bytes]:
    return {
        "gzip": zeros(zlib.compressobj(1, wbits=31), BOMB_BYTES),
        "deflate": zeros(zlib.compressobj(1, wbits=15), BOMB_BYTES),
        "br": zeros(Brotli(), BOMB_BYTES),
    }


def empty_blocks(writer: asyncio.StreamWriter) -> Awaitable[None]:
    """An endless gzip body that holds nothing: a head, and stored blocks of no bytes (RFC 1951)."""
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    return endless(b"\x00\x00\x00\xff\xff" * 10_000, head + gzip.compress(b"")[:10])(writer)


def test_26_what_unpacks_to_very_much_stops_at_the_cap(
    tmp_path: Path, bombs: dict[str, bytes]
) -> None:
    replies: dict[str, Reply] = {
        f"/{name}.jpg": ok(body, f"Content-Encoding: {name}") for name, body in bombs.items()
    }
    replies["/empty-blocks.jpg"] = empty_blocks
    assert all(len(body) < OPTIONS.max_bytes for body in bombs.values())
    with growth() as grown:
        rows, _ = fetch(tmp_path, replies)
    found = {path: row.outcome for path, row in rows.items()}
    assert found.pop("/br.jpg") == "protocol"  # nobody asked for it, so nobody unpacks it
    assert found == dict.fromkeys(found, "too_large")
    assert grown[0] < MAX_GROWTH


def test_27_a_packed_image_is_unpacked(tmp_path: Path) -> None:
    packed = {"gzip": gzip.compress(PHOTO), "deflate": zlib.compress(PHOTO)}
    replies: dict[str, Reply] = {
        f"/{name}.jpg": ok(body, f"Content-Encoding: {name}") for name, body in packed.items()
    }
    rows, _ = fetch(tmp_path, {**replies, "/plain.jpg": ok(PHOTO)})
    assert {row.outcome for row in rows.values()} == {"ok"}
    assert len({(row.sha256, row.phash, row.bytes) for row in rows.values()}) == 1


def test_28_a_wrong_encoding_ends_the_same_way_each_time(tmp_path: Path) -> None:
    twice = gzip.compress(gzip.compress(PHOTO))
    replies: dict[str, Reply] = {
        "/none.jpg": ok(PHOTO, "Content-Encoding: gzip"),
        "/twice.jpg": ok(twice, "Content-Encoding: gzip"),
        "/both.jpg": ok(twice, "Content-Encoding: gzip, gzip"),
        "/unknown.jpg": ok(PHOTO, "Content-Encoding: rot13"),
        "/cut.jpg": ok(gzip.compress(PHOTO)[:-20], "Content-Encoding: gzip"),
    }
    expected = {
        "/none.jpg": "protocol",
        "/twice.jpg": "not_image",
        "/both.jpg": "protocol",
        "/unknown.jpg": "ok",
        "/cut.jpg": "truncated",
    }
    for attempt in ("a", "b"):
        rows, _ = fetch(tmp_path / attempt, replies)
        assert {path: row.outcome for path, row in rows.items()} == expected


def test_29_broken_http_has_its_class(tmp_path: Path) -> None:
    chunk = b"%x\r\n%s\r\n" % (len(PHOTO), PHOTO)
    broken: dict[str, Reply] = {
        "/chunk-size.jpg": CHUNKED + b"zz\r\n" + PHOTO + b"\r\n0\r\n\r\n",
        "/chunk-minus.jpg": CHUNKED + b"-5\r\n" + PHOTO + b"\r\n0\r\n\r\n",
        "/header-64k.jpg": headed(len(PHOTO), PHOTO, "X: " + "a" * 65_536),
        "/headers-1000.jpg": headed(len(PHOTO), PHOTO, *["X: a"] * 1000),
        "/no-status.jpg": PHOTO,
        "/html.jpg": b"<html>no status line</html>\r\n\r\n",
        "/length.jpg": headed("abc", PHOTO),
        "/length-minus.jpg": headed(-1, PHOTO),
        "/two-lengths.jpg": headed(len(PHOTO), PHOTO, "Content-Length: 5"),
        "/version.jpg": b"HTTP/9.9 200 OK\r\n\r\n" + PHOTO,
        "/status.jpg": b"HTTP/1.1 2000 OK\r\n\r\n" + PHOTO,
    }
    rows, _ = fetch(tmp_path, {**broken, "/last-chunk.jpg": CHUNKED + chunk})
    # The connection ended before the body did, whatever announced its length.
    assert rows.pop("/last-chunk.jpg").outcome == "truncated"
    assert {path: row.outcome for path, row in rows.items()} == dict.fromkeys(broken, "protocol")


def no_images(url: str) -> Iterator[tuple[str, bytes]]:
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg"><script href="{url}"/><image href="{url}"/></svg>'
    )
    yield "svg", svg.encode()
    yield "xml", (f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "{url}">]>' + svg).encode()
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    yield "bomb", f'<!DOCTYPE a [<!ENTITY l0 "lol">{lol}]><svg>&l9;</svg>'.encode()
    yield "pdf", b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n%%EOF"
    yield "mp4", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(100)
    yield "zip", b"PK\x03\x04" + bytes(100)
    yield "ps", b"%!PS-Adobe-3.0 EPSF-3.0\n(a) run\n"
    yield "psd", b"8BPS\0\x01" + bytes(100)


def test_34_what_is_no_image_is_not_opened(tmp_path: Path) -> None:
    with serving({"/secret": ok(b"x")}) as other:
        bodies = dict(no_images(other.url("/secret")))
        replies: dict[str, Reply] = {
            f"/{name}": ok(body, content_type="image/jpeg") for name, body in bodies.items()
        }
        rows, _ = fetch(tmp_path, replies)
        assert other.requests == []
    assert {path: row.outcome for path, row in rows.items()} == dict.fromkeys(rows, "not_image")


def saved(image: Image.Image, image_format: str = "PNG", **more: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, image_format, **more)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ["ok", "ok", "ok", "ok"]),
        ({"min_image_size": 2}, ["image_too_small", "image_too_small", "ok", "ok"]),
        ({"max_aspect_ratio": 3.0}, ["ok", "image_too_long", "ok", "ok"]),
        ({"max_image_area": 5000}, ["ok", "image_too_large", "ok", "image_too_large"]),
    ],
)
def test_45_tiny_long_and_flat_images_are_for_the_options_to_judge(
    tmp_path: Path, options: dict[str, float], expected: list[str]
) -> None:
    bodies = {
        "/pixel.gif": saved(Image.new("RGB", (1, 1)), "GIF"),
        "/rule.png": saved(Image.new("RGB", (1, 20_000), "red")),
        "/flat.png": saved(Image.new("RGB", (60, 60), "blue")),
        "/photo.jpg": PHOTO,
    }
    replies: dict[str, Reply] = {path: ok(body) for path, body in bodies.items()}
    rows, _ = fetch(tmp_path, replies, replace(OPTIONS, **options))
    assert [row.outcome for row in rows.values()] == expected


def test_46_a_photo_does_not_tell_where_it_was_taken(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = "Camera"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[1] = "N"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[2] = (48.0, 51.0, 30.0)
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.MakerNote] = b"x" * 2**20
    image = Image.open(io.BytesIO(make_image(1, 64, 64)))
    replies: dict[str, Reply] = {
        "/gps.webp": ok(saved(image, "WEBP", exif=exif)),
        "/broken.jpg": ok(saved(image, "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")),
    }
    rows, _ = fetch(tmp_path, replies, replace(OPTIONS, skip_reencode=True, encode_format="webp"))
    assert {path: row.outcome for path, row in rows.items()} == dict.fromkeys(rows, "ok")
    assert json.loads(rows["/gps.webp"].exif or "") == {"Model": "Camera"}
    assert rows["/broken.jpg"].exif == "{}"
    stored = (tmp_path / "pool/00000.tar").read_bytes()
    assert b"Camera" not in stored.replace(b'\\"Camera\\"', b"")
    assert b"x" * 1000 not in stored
