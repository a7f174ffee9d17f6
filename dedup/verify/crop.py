"""Where a picture lies in its reference: the bounding crop, in shares of the reference's sides."""

from typing import NamedTuple

from dedup.verify.align import Stretch


class Crop(NamedTuple):
    """Left, top, right and bottom, 0 to 1."""

    left: float = 0.0
    top: float = 0.0
    right: float = 1.0
    bottom: float = 1.0


def crop_of(stretch: Stretch, shift: tuple[float, float], transform: str) -> Crop:
    """Returns the part of the upright reference that the picture shows.

    Args:
        stretch: From `align`.
        shift: Right and down, from `align`.
        transform: How the reference was turned before.
    """
    left, right = _extent(stretch.across, shift[0])
    top, bottom = _extent(stretch.down, shift[1])
    return _turned_back(Crop(left, top, right, bottom), transform)


def within(crop: Crop, box: Crop) -> Crop:
    """Returns a crop of a part as a crop of the whole that the part was cut from."""
    width, height = box.right - box.left, box.bottom - box.top
    return Crop(
        box.left + crop.left * width,
        box.top + crop.top * height,
        box.left + crop.right * width,
        box.top + crop.bottom * height,
    )


def _extent(stretch: float, shift: float) -> tuple[float, float]:
    """Returns from where to where the picture lies along one axis of the reference."""
    centre = 0.5 + shift / max(stretch, 1)
    return max(0.0, centre - 0.5 / stretch), min(1.0, centre + 0.5 / stretch)


def _turned_back(crop: Crop, transform: str) -> Crop:
    turns = int(transform.rpartition("rot")[2] or 0) // 90 if "rot" in transform else 0
    for _ in range(turns):
        crop = Crop(1 - crop.bottom, crop.left, 1 - crop.top, crop.right)
    if transform.startswith("flip"):
        crop = Crop(1 - crop.right, crop.top, 1 - crop.left, crop.bottom)
    return crop
