"""Copies of a picture as the web makes them: re-encoded, smaller, brighter, warmer, grey."""

from collections.abc import Callable

from PIL import Image, ImageEnhance

from demo.gallery import Picture, phash
from demo.pictures import decode, encode

# Two copies of one picture then lie within twice this of each other, and 4 is the recipe's limit.
MAX_COPY_DISTANCE = 2


def _smaller(image: Image.Image) -> Image.Image:
    size = (round(image.width * 0.7), round(image.height * 0.7))
    return image.resize(size, Image.Resampling.LANCZOS)


def _brighter(image: Image.Image) -> Image.Image:
    return ImageEnhance.Brightness(image).enhance(1.06)


def _grey(image: Image.Image) -> Image.Image:
    return image.convert("L").convert("RGB")


def _warmer(image: Image.Image) -> Image.Image:
    return ImageEnhance.Color(image).enhance(1.3)


_CHANGES: tuple[tuple[Callable[[Image.Image], Image.Image], str, int], ...] = (
    (_smaller, "jpg", 80),
    (_grey, "jpg", 85),
    (_brighter, "webp", 80),
    (_warmer, "jpg", 75),
    (Image.Image.copy, "jpg", 45),
    (Image.Image.copy, "webp", 60),
)


def copy_near(picture: Picture, turn: int) -> Picture:
    """Returns a changed copy within `MAX_COPY_DISTANCE` of `picture`; `turn` picks the change."""
    image = decode(picture.body)
    for offset in range(len(_CHANGES)):
        change, extension, quality = _CHANGES[(turn + offset) % len(_CHANGES)]
        body = encode(change(image), extension, quality)
        value = phash(decode(body))
        if body != picture.body and (value ^ picture.phash).bit_count() <= MAX_COPY_DISTANCE:
            return Picture(concept=picture.concept, body=body, extension=extension, phash=value)
    raise AssertionError("no change leaves the picture's pHash in place")
