"""Files that are small and claim, or become, something huge (cases 39 and 40)."""

import io
import struct
import zlib
from collections.abc import Iterator

from PIL import Image

PNG = b"\x89PNG\r\n\x1a\n"
MANY_FRAMES = 100_000


def chunk(name: bytes, data: bytes) -> bytes:
    """Returns a PNG chunk."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def header(width: int, height: int, bits: int = 1, colour: int = 0) -> bytes:
    """Returns the signature and first chunk of a PNG."""
    return PNG + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))


def packed(value: bytes, size: int) -> bytes:
    """Returns `size` equal bytes, deflated, without ever holding them."""
    deflate = zlib.compressobj(9)
    block = value * 2**20
    parts = [deflate.compress(block[: min(2**20, size - at)]) for at in range(0, size, 2**20)]
    return b"".join([*parts, deflate.flush()])


def huge_png(side: int = 20_000) -> bytes:
    """Returns case 39: 400 megapixels in 50 kB."""
    return header(side, side) + chunk(b"IDAT", packed(b"\0", side * (side // 8 + 1))) + _end()


def chunk_bombs() -> Iterator[tuple[str, bytes]]:
    """Yields small pictures whose ancillary chunks unpack to 256 MB."""
    picture = chunk(b"IDAT", zlib.compress(bytes(2 * 8)))
    bomb = packed(b"a", 2**28)
    chunks = {
        "zTXt": chunk(b"zTXt", b"k\0\0" + bomb),
        "iTXt": chunk(b"iTXt", b"k\0\1\0\0\0" + bomb),
        "iCCP": chunk(b"iCCP", b"p\0\0" + bomb),
        "many zTXt": chunk(b"zTXt", b"k\0\0" + packed(b"a", 2**20 - 1)) * 256,
    }
    for name, data in chunks.items():
        yield f"{name} before", header(8, 8) + data + picture + _end()
        yield f"{name} after", header(8, 8) + picture + data + _end()


def many_frames_gif() -> bytes:
    """Returns a GIF of 100,000 frames."""
    frame = b"\x21\xf9\4\0\1\0\0\0" + b"\x2c" + bytes(4) + b"\1\0\1\0\0" + b"\2\2\x44\1\0"
    palette = b"\xff\0\0\0\0\xff"
    return b"GIF89a\1\0\1\0\x80\0\0" + palette + frame * MANY_FRAMES + b"\x3b"


def many_frames_apng() -> bytes:
    """Returns an APNG of 100,000 frames, the first one red."""
    pixel = zlib.compress(b"\0\xff\0\0")

    def control(number: int) -> bytes:
        return chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, 1, 1, 0, 0, 1, 100, 0, 0))

    parts = [header(1, 1, 8, 2), chunk(b"acTL", struct.pack(">II", MANY_FRAMES, 0))]
    parts += [control(0), chunk(b"IDAT", pixel)]
    for number in range(1, MANY_FRAMES):
        parts += [control(2 * number - 1), chunk(b"fdAT", struct.pack(">I", 2 * number) + pixel)]
    return b"".join([*parts, _end()])


def huge_webp() -> bytes:
    """Returns an animated WebP whose canvas has 268 megapixels."""
    stream = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(stream, "WEBP", save_all=True, append_images=frames[1:])
    body = bytearray(stream.getvalue())
    body[24:30] = (16_382).to_bytes(3, "little") * 2
    return bytes(body)


def huge_gif() -> bytes:
    """Returns a GIF whose only frame has 65535 x 65535 pixels, on a canvas of one."""
    return (
        b"GIF89a\1\0\1\0\x80\0\0"
        + bytes(6)
        + b"\x2c"
        + bytes(4)
        + b"\xff\xff\xff\xff\0"
        + b"\2\2\x44\1\0\x3b"
    )


def huge_ico() -> bytes:
    """Returns an icon that holds the huge PNG."""
    body = huge_png()
    return struct.pack("<HHHBBBBHHII", 0, 1, 1, 0, 0, 0, 0, 1, 32, len(body), 22) + body


def huge_jpeg() -> bytes:
    """Returns a JPEG that claims 65500 x 65500 pixels."""
    stream = io.BytesIO()
    Image.new("L", (8, 8)).save(stream, "JPEG")
    body = stream.getvalue()
    start = body.index(b"\xff\xc0") + 5
    return body[:start] + struct.pack(">HH", 65_500, 65_500) + body[start + 4 :]


def huge_bmp() -> bytes:
    """Returns a BMP that claims 65535 x 65535 pixels."""
    stream = io.BytesIO()
    Image.new("L", (8, 8)).save(stream, "BMP")
    body = bytearray(stream.getvalue())
    body[18:26] = struct.pack("<II", 65_535, 65_535)
    return bytes(body)


def _end() -> bytes:
    return chunk(b"IEND", b"")
