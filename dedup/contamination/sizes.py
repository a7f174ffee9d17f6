"""The threshold that pools of other sizes would need."""

from typing import Final

from dedup.contamination.calibration import Calibration
from dedup.verify.threshold import Threshold, choose_threshold

POOL_SIZES: Final = tuple(10**power for power in range(5, 11))


def by_pool_size(
    calibration: Calibration, pool_images: int, sizes: tuple[int, ...] = POOL_SIZES
) -> list[tuple[int, Threshold]]:
    """Returns the threshold for each size of pool, at the false rate of the calibration's own.

    Args:
        calibration: Of one benchmark.
        pool_images: That its scores come from; a smaller pool is not looked into.
        sizes: In pictures.
    """
    return [
        (size, choose_threshold(calibration.scores, calibration.max_rate, size / pool_images))
        for size in sizes
        if size >= pool_images
    ]
