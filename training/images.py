"""Encoded image to the numbers that a model sees.

Shapes: B images, C = 3 channels, H = W = the model's image size in pixels.
"""

import io
import math
import warnings

import numpy as np
import torch
from open_clip import OPENAI_DATASET_MEAN, OPENAI_DATASET_STD
from PIL import Image, UnidentifiedImageError
from torch import Tensor

from schemas.errors import RecordFailed
from schemas.outcomes import Failure

Box = tuple[float, float, float, float]

# Formats of our shards and of common benchmarks; Pillow's other readers stay out of reach.
FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF")
MAX_PIXELS = 25_000_000  # open_clip's --max-image-pixels, checked before decoding
MIN_CROP_AREA = 0.9  # of the largest square; open_clip's default scale is (0.9, 1.0)


def decode_image(data: bytes, *, min_side_px: int) -> Image.Image:
    """Returns the image as RGB, what is transparent on white.

    Args:
        data: The encoded file.
        min_side_px: A JPEG may come back smaller than it is, but no side below this.

    Raises:
        RecordFailed: `not_image`, `pixels` (too many) or `decode` (broken or cut).
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's hints on odd files; what is broken fails below
        return _decode(data, min_side_px)


def _decode(data: bytes, min_side_px: int) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError as error:
        raise RecordFailed(Failure.NOT_IMAGE, "no JPEG, PNG, WebP, BMP or GIF") from error
    except Image.DecompressionBombError as error:
        raise RecordFailed(Failure.PIXELS, f"more than {MAX_PIXELS} pixels") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise RecordFailed(Failure.DECODE, "the header is broken") from error
    if image.width * image.height > MAX_PIXELS:
        raise RecordFailed(Failure.PIXELS, f"{image.width} x {image.height} pixels")
    try:
        image.draft("RGB", (min_side_px, min_side_px))  # the DCT scales down for almost nothing
        return _to_rgb(image)
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise RecordFailed(Failure.DECODE, "the pixels are broken or cut") from error


def _to_rgb(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")


def random_crop(width: int, height: int, rng: np.random.Generator) -> Box:
    """Returns a random square (left, top, right, bottom), CLIP's only augmentation (2.3)."""
    side = min(width, height) * math.sqrt(rng.uniform(MIN_CROP_AREA, 1.0))
    left, top = rng.uniform(0, width - side), rng.uniform(0, height - side)
    return (left, top, left + side, top + side)


def centre_crop(width: int, height: int) -> Box:
    """Returns the largest square in the middle: what a model sees at evaluation."""
    side = min(width, height)
    left, top = (width - side) / 2, (height - side) / 2
    return (left, top, left + side, top + side)


def crop_to_tensor(image: Image.Image, box: Box, size_px: int) -> Tensor:
    """Returns a crop of an RGB image, resized (bicubic), as uint8 of shape (3, size, size)."""
    resized = image.resize((size_px, size_px), Image.Resampling.BICUBIC, box=box)
    return torch.from_numpy(np.array(resized)).permute(2, 0, 1).contiguous()


def normalise(image_BCHW: Tensor) -> Tensor:
    """Returns uint8 pixels as float32 with open_clip's mean and deviation taken out."""
    device = image_BCHW.device
    mean_C11 = torch.tensor(OPENAI_DATASET_MEAN, device=device)[:, None, None]
    std_C11 = torch.tensor(OPENAI_DATASET_STD, device=device)[:, None, None]
    return (image_BCHW.float() / 255 - mean_C11) / std_C11
