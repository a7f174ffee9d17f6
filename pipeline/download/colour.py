"""From whatever a file holds to 8-bit sRGB: depth, transparency, ink, colour profiles."""

import io
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

Pixels = NDArray[np.uint8]

WHITE = 255
MAX_PROFILE_BYTES = 4 * 2**20  # profiles of printing presses have 0.5 to 2 MB
# A profile that moves no colour by more is sRGB by another name; half a quantisation step of q95.
_SAME_COLOUR = 2


def flatten(image: Image.Image) -> Image.Image:
    """Returns the loaded image in mode `L` or `RGB`, 8 bits, transparency on white."""
    if image.mode in {"L", "RGB"} and not image.has_transparency_data:
        return image
    if image.mode == "1":
        return image.convert("L")
    if image.mode.startswith("I") or image.mode == "F":
        return Image.fromarray(_deep_to_grey(image))
    if image.mode == "CMYK":
        return _ink_to_rgb(image)
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        rgb = Image.new("RGB", rgba.size, (WHITE, WHITE, WHITE))
        rgb.paste(rgba, mask=rgba)
        return rgb
    return image.convert("RGB")


def is_flat(image: Image.Image) -> bool:
    """Whether `flatten` changes no colour."""
    return image.mode in {"1", "L", "P", "RGB"} and not image.has_transparency_data


def to_srgb(pixels: Pixels, profile: bytes | None) -> Pixels:
    """Returns `[height, width]` or `[height, width, 3]` pixels with their profile applied."""
    mode = "L" if pixels.ndim == 2 else "RGB"
    transform = _transform(profile, mode) if profile else None
    if transform is None:
        return pixels
    rgb = np.asarray(ImageCms.applyTransform(Image.fromarray(pixels), transform))
    return rgb[..., 1] if mode == "L" else rgb


def read_profile(image: Image.Image, mode: str) -> bytes | None:
    """Returns the ICC profile of an image, if it can be applied to `mode` and changes colours."""
    profile = image.info.get("icc_profile")
    if not isinstance(profile, bytes) or len(profile) > MAX_PROFILE_BYTES:
        return None
    return profile if _transform(profile, mode) else None


def _deep_to_grey(image: Image.Image) -> Pixels:
    """Scales 16-bit values to 8 bits; Pillow's own conversion clips them to white."""
    values = np.asarray(image)
    if image.mode == "F" or (image.mode == "I" and values.max(initial=0) <= WHITE):
        grey = np.clip(np.rint(values), 0, WHITE).astype(np.uint8)
    else:
        deep = np.clip(values, 0, 2**16 - 1).astype(np.uint16)
        grey = np.asarray(cv2.convertScaleAbs(deep, alpha=1 / 257), np.uint8)
    clear = image.info.get("transparency")
    return np.where(values == clear, np.uint8(WHITE), grey) if isinstance(clear, int) else grey


def _ink_to_rgb(image: Image.Image) -> Image.Image:
    profile = read_profile(image, "CMYK")
    transform = _transform(profile, "CMYK") if profile else None
    if transform is None:
        return image.convert("RGB")
    converted = ImageCms.applyTransform(image, transform)
    assert converted is not None, "only in-place transforms return nothing"
    return converted


@lru_cache(8)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Returns the way to sRGB; None if the profile is broken, of other inks, or sRGB itself."""
    try:
        transform = ImageCms.buildTransform(
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            mode,
            "RGB",
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
    return None if mode != "CMYK" and _changes_nothing(transform, mode) else transform


def _changes_nothing(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    steps = np.linspace(0, WHITE, 9).astype(np.uint8)
    cube = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(-1, 27, 3)
    probe = Image.fromarray(steps[np.newaxis] if mode == "L" else cube)
    moved = np.asarray(ImageCms.applyTransform(probe, transform), np.int16)
    return bool(np.abs(moved - np.asarray(probe.convert("RGB"), np.int16)).max() <= _SAME_COLOUR)
