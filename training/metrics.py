"""Accuracy and what it is worth; pure functions.

Shapes: N images, K classes.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor

Z_95 = 1.959963984540054  # the normal distribution's 97.5 % point


class Interval(NamedTuple):
    """A confidence interval, both ends from 0 to 1."""

    low: float
    high: float


def topk_hits(logits_NK: Tensor, target_N: Tensor, k: int) -> Tensor:
    """Returns for each image whether its class is among the `k` most likely: bool, shape (N,)."""
    top_Nk = logits_NK.topk(min(k, logits_NK.shape[1]), dim=1).indices
    return torch.eq(top_Nk, target_N[:, None]).any(dim=1)


def wilson_interval(hits: int, total: int, z: float = Z_95) -> Interval:
    """Returns the score interval of a proportion (Wilson 1927), right for 0 and 1 hits too.

    Args:
        hits: From 0 to `total`.
        total: At least 1.
        z: Standard deviations; the default gives 95 %.
    """
    rate, z2 = hits / total, z * z
    centre = (rate + z2 / (2 * total)) / (1 + z2 / total)
    half = z / (1 + z2 / total) * math.sqrt(rate * (1 - rate) / total + z2 / (4 * total * total))
    # At 0 and `total` hits the ends are 0 and 1 exactly; rounding would miss them by an ulp.
    return Interval(
        low=0.0 if hits == 0 else centre - half, high=1.0 if hits == total else centre + half
    )
