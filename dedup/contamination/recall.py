"""What share of altered copies a 64-bit pHash finds, as measured.

Measured on the 130 ImageNet samples and 81 GroceryStore test photos, altered with Pillow: our pHash
of the altered photo against that of the original. Two hashes of 32 set bits each differ in an even
number of bits, so an odd limit finds what the even one below it finds.
"""

from dataclasses import dataclass

MEASURED_PHOTOS = 211

# Photos of `MEASURED_PHOTOS` found at distance 0, 2, 4, ... 16.
_FOUND: dict[str, tuple[int, ...]] = {
    "JPEG, quality 75": (200, 211, 211, 211, 211, 211, 211, 211, 211),
    "JPEG, quality 30": (181, 208, 211, 211, 211, 211, 211, 211, 211),
    "half the size": (199, 210, 211, 211, 211, 211, 211, 211, 211),
    "squeezed to a square of 256 px": (202, 211, 211, 211, 211, 211, 211, 211, 211),
    "grey": (211, 211, 211, 211, 211, 211, 211, 211, 211),
    "blurred, radius 2 px": (190, 211, 211, 211, 211, 211, 211, 211, 211),
    "brighter by 30 %": (57, 131, 181, 204, 210, 211, 211, 211, 211),
    "more contrast by 50 %": (59, 154, 193, 206, 210, 211, 211, 211, 211),
    "small text across the middle": (74, 171, 200, 208, 210, 211, 211, 211, 211),
    "caption bar over the lowest 18 %": (0, 10, 23, 56, 102, 143, 171, 190, 204),
    "cropped by 5 %, centre": (1, 25, 99, 170, 199, 210, 211, 211, 211),
    "cropped by 10 %, centre": (0, 0, 7, 30, 70, 121, 165, 193, 205),
    "cropped by 25 %, centre": (0, 0, 0, 0, 0, 1, 2, 6, 18),
    "cropped by 15 % at a corner": (0, 0, 0, 0, 0, 0, 0, 1, 8),
    "rotated by 5 degrees": (0, 0, 3, 12, 30, 66, 117, 158, 181),
    "rotated by 90 degrees": (0, 0, 0, 0, 0, 0, 0, 0, 0),
    "mirrored": (0, 0, 0, 0, 0, 0, 0, 0, 0),
    "framed, 20 % wider and higher": (0, 0, 0, 1, 1, 4, 8, 19, 43),
}
LARGEST_MEASURED = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """The share, 0 to 1, of copies altered by `transform` that are found."""

    transform: str
    found: float


def recall_at(max_distance: int) -> list[Recall]:
    """Returns the recall of each transform, from light to heavy.

    Args:
        max_distance: Bits; above `LARGEST_MEASURED` the recall at that is returned, a lower bound.
    """
    column = min(max_distance, LARGEST_MEASURED) // 2
    return [
        Recall(transform=transform, found=found[column] / MEASURED_PHOTOS)
        for transform, found in _FOUND.items()
    ]
