"""An image file without metadata or anything else but its picture, pixels untouched.

For `skip_reencode`: the place where a photo was taken, thumbnails, comments, further frames and
whatever hangs on behind the end do not reach the pool.
"""

import re
import struct

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})

_EOI, _SOS = 0xD9, 0xDA
_APP0, _APP14, _APP15, _COMMENT = 0xE0, 0xEE, 0xEF, 0xFE
_MARKER = re.compile(
    rb"\xff[^\x00\xd0-\xd7\xff]"
)  # neither a stuffed byte, nor a restart, nor fill


def strip_metadata(body: bytes, image_format: str) -> bytes | None:
    """Returns the file's picture alone, or None if the file is not made as it should be.

    Args:
        body: A file that decoded without complaint.
        image_format: Pillow's name of its format.
    """
    strip = {"JPEG": _strip_jpeg, "PNG": _strip_png, "WEBP": _strip_webp}.get(image_format)
    try:
        return strip(body) if strip else None
    except struct.error:
        return None


def _strip_jpeg(body: bytes) -> bytes | None:
    kept = [body[:2]]
    position = 2
    while found := _MARKER.search(body, position):
        code, start = body[found.start() + 1], found.start()
        if code == _EOI:
            return b"".join([*kept, body[start : start + 2]])
        (length,) = struct.unpack_from(">H", body, start + 2)
        position = start + 2 + length
        if code == _SOS:  # the compressed picture follows, up to the next marker
            after = _MARKER.search(body, position)
            position = after.start() if after else len(body)
        if _is_of_the_picture(code, body[start + 4 : start + 9]):
            kept.append(body[start:position])
    return None


def _is_of_the_picture(code: int, head: bytes) -> bool:
    if code == _APP0:
        return head == b"JFIF\0"
    return code == _APP14 or not (_APP0 < code <= _APP15 or code == _COMMENT)


def _strip_png(body: bytes) -> bytes | None:
    kept, position = [_PNG_SIGNATURE], len(_PNG_SIGNATURE)
    while position < len(body):
        length, name = struct.unpack_from(">I4s", body, position)
        if name in _PNG_KEPT:
            kept.append(body[position : position + 12 + length])
        if name == b"IEND":
            return b"".join(kept)
        position += 12 + length
    return None


def _strip_webp(body: bytes) -> bytes | None:
    position = 12
    while position < len(body):
        name, length = struct.unpack_from("<4sI", body, position)
        size = 8 + length + length % 2
        if name in {b"VP8 ", b"VP8L"}:
            picture = body[position : position + size]
            return b"RIFF" + struct.pack("<I", 4 + len(picture)) + b"WEBP" + picture
        if name in {b"ANIM", b"ANMF", b"ALPH"}:  # codespell:ignore
            return None  # the picture is in parts
        position += size
    return None
