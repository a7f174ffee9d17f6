"""The learning rate over a run: linear warm-up, then a cosine to 0 (arXiv 2103.00020, 2.5)."""

import math


def learning_rate(step: int, *, peak: float, warmup: int, steps: int) -> float:
    """Returns the rate of a step.

    Args:
        step: From 0 to `steps` - 1.
        peak: Reached by the last step of the warm-up.
        warmup: Steps of warm-up, below `steps`.
        steps: Of the whole run.
    """
    if step < warmup:
        return peak * (step + 1) / warmup
    return peak * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup))) / 2
