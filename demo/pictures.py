"""The demo's own pictures: a concept and a seed give one picture, the same on every run."""

import io
from collections.abc import Callable

import numpy as np
from PIL import Image

from demo import landscapes, still_lifes, textures
from demo.canvas import Canvas, noise

Painter = Callable[[np.random.Generator, int, int], Canvas]

PAINTERS: dict[str, Painter] = {
    "sea": landscapes.sea,
    "mountains": landscapes.mountains,
    "forest": landscapes.forest,
    "desert": landscapes.desert,
    "night sky": landscapes.night_sky,
    "sunset": landscapes.sunset,
    "meadow": landscapes.meadow,
    "city": landscapes.city,
    "cloth": textures.cloth,
    "wood": textures.wood,
    "marble": textures.marble,
    "bricks": textures.bricks,
    "apples": still_lifes.apples,
    "balloons": still_lifes.balloons,
    "sailboat": still_lifes.sailboat,
    "house": still_lifes.house,
    "sunflower": still_lifes.sunflower,
    "fish": still_lifes.fish,
    "mushroom": still_lifes.mushroom,
    "kite": still_lifes.kite,
}
CONCEPTS = tuple(PAINTERS)
SIZES = ((320, 240), (240, 320), (400, 300), (288, 288), (480, 320), (260, 200), (300, 400))
FORMATS = ("jpg", "jpg", "png", "webp", "jpg")


def paint(concept: str, seed: int, size: tuple[int, int] | None = None) -> Image.Image:
    """Returns the RGB picture of `concept` number `seed`; `size` is (width, height) in pixels.

    Without `size` the seed chooses one of `SIZES`.
    """
    rng = np.random.default_rng((CONCEPTS.index(concept), seed))
    width, height = size or SIZES[int(rng.integers(len(SIZES)))]
    canvas = PAINTERS[concept](rng, height, width)
    # Shadows of passing clouds: without them pictures of one concept hash alike.
    light = noise(rng, height, width, cells=(3, 3), octaves=3) * 0.5 + 0.68
    lit = canvas * light[:, :, None] + rng.normal(0, 0.008, canvas.shape)
    return Image.fromarray((np.clip(lit, 0, 1) * 255).astype(np.uint8))


def encode(image: Image.Image, extension: str, quality: int = 88) -> bytes:
    """Returns the bytes of `image` as `jpg`, `png` or `webp`."""
    stream = io.BytesIO()
    match extension:
        case "png":
            image.save(stream, "PNG", compress_level=1)
        case "webp":
            image.save(stream, "WEBP", quality=quality, method=0)
        case _:
            image.save(stream, "JPEG", quality=quality)
    return stream.getvalue()


def decode(body: bytes) -> Image.Image:
    """Returns the RGB picture in `body`."""
    return Image.open(io.BytesIO(body)).convert("RGB")
