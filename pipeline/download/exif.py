"""EXIF: how a picture is turned, and its main tags without what tells where it was taken."""

import json
import struct

from PIL import ExifTags, Image

MAX_EXIF_CHARS = 10_000
MAX_EXIF_VALUE_CHARS = 200

_PRIVATE_TAGS = frozenset({"GPSInfo", "MakerNote", "UserComment", "ExifOffset"})

# What Pillow's reader raises on broken EXIF; it says nothing about the pixels.
_BROKEN = (OSError, EOFError, IndexError, KeyError, OverflowError, SyntaxError, TypeError)
BROKEN_EXIF = (*_BROKEN, ValueError, ZeroDivisionError, struct.error)

# From EXIF 2.32, table 6; the names are Pillow's, and say what makes the picture upright.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def read_exif(image: Image.Image) -> tuple[str, Image.Transpose | None]:
    """Returns the tags as a bounded JSON object, and the turn that makes the picture upright."""
    try:
        tags = dict(image.getexif())
    except BROKEN_EXIF:
        return "{}", None
    turn = tags.get(ExifTags.Base.Orientation)
    return _as_json(tags), TURNS.get(turn) if isinstance(turn, int) else None


def _as_json(tags: dict[int, object]) -> str:
    named = {ExifTags.TAGS.get(tag, str(tag)): value for tag, value in sorted(tags.items())}
    shown = {
        name: str(value)[:MAX_EXIF_VALUE_CHARS].encode("utf-8", "replace").decode()
        for name, value in named.items()
        if name not in _PRIVATE_TAGS and not isinstance(value, bytes)
    }
    text = json.dumps(shown, sort_keys=True)
    return text if len(text) <= MAX_EXIF_CHARS else "{}"
