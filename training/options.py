"""What a training run can be told; the names are the flags of `webimagetext train`."""

import math
from dataclasses import dataclass

from pipeline.shards.storage import is_remote
from schemas.errors import UserError


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainOptions:
    """A training run.

    Attributes:
        data: Folder of a finished dataset, local or a URL.
        run: Local folder of the run; logs in it grow as the run goes, which no object store allows.
        model: `tiny`, `tiny-resnet` or the name of a plain CLIP of open_clip (`ViT-B-32`, `RN50`).
        steps: Optimiser steps of the whole run, resumed parts included.
        batch_size: Pairs a step; a pair's negatives are the others of its batch.
        lr: Peak learning rate; 5e-4 is CLIP's for ViT-B/32 and RN50 (arXiv 2103.00020, table 20).
        warmup: Steps of linear warm-up; None takes a tenth of the steps, at most CLIP's 2,000.
        weight_decay: CLIP's 0.2 (arXiv 2103.00020, table 18); never on gains, biases, temperature.
        max_grad_norm: Longest gradient, as an L2 norm; None leaves it alone, as CLIP does.
        seed: Decides the first weights, the order of the samples and their crops.
        workers: Processes that decode; 0 decodes in the training process. Changes no number.
        checkpoint_every: Steps between checkpoints; there is always one at the end.
        device: `auto`, `cpu`, `cuda` or `cuda:N`.
    """

    data: str
    run: str
    model: str = "tiny"
    steps: int = 1000
    batch_size: int = 64
    lr: float = 5e-4
    warmup: int | None = None
    weight_decay: float = 0.2
    max_grad_norm: float | None = None
    seed: int = 0
    workers: int = 0
    checkpoint_every: int = 100
    device: str = "auto"

    def __post_init__(self) -> None:
        _at_least("--steps", self.steps, 1)
        _at_least("--batch-size", self.batch_size, 2)
        _at_least("--seed", self.seed, 0)
        _at_least("--workers", self.workers, 0)
        _at_least("--checkpoint-every", self.checkpoint_every, 1)
        _at_least("--warmup", self.warmup_steps, 0)
        _at_least("--weight-decay", self.weight_decay, 0)
        if not (self.lr > 0 and math.isfinite(self.lr)):
            raise UserError(f"--lr must be above 0, got {self.lr}")
        if self.max_grad_norm is not None and not self.max_grad_norm > 0:
            raise UserError(f"--max-grad-norm must be above 0, got {self.max_grad_norm}")
        if self.warmup_steps >= self.steps:
            raise UserError(
                f"--warmup must be below --steps ({self.steps}), got {self.warmup_steps}"
            )
        if is_remote(self.run):
            raise UserError(
                f"--out {self.run}: a run needs a local folder, its logs grow as it goes"
            )

    @property
    def warmup_steps(self) -> int:
        """Steps of warm-up, the default worked out."""
        return min(2000, self.steps // 10) if self.warmup is None else self.warmup


def _at_least(flag: str, value: float, lowest: int) -> None:
    if not value >= lowest:
        raise UserError(f"{flag} must be at least {lowest}, got {value}")
