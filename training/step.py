"""One optimiser step.

Shapes: B pairs, C = 3, H = W = the model's image size in pixels, T tokens, D dimensions.
"""

import math

import torch
from torch import Tensor, nn

from training.images import normalise
from training.loss import contrastive_loss
from training.model import ModelSpec

MAX_LOGIT_SCALE = math.log(100)  # arXiv 2103.00020, 2.5: logits scaled by 100 at most


def make_optimizer(
    model: nn.Module, spec: ModelSpec, *, lr: float, weight_decay: float
) -> torch.optim.AdamW:
    """Returns AdamW with CLIP's constants, which open_clip's `params.py` repeats.

    What has one dimension does not decay: gains, biases, the temperature, a ViT's class token.
    """
    named = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    groups = [
        {"params": [p for n, p in named if decays(n, p)], "weight_decay": weight_decay},
        {"params": [p for n, p in named if not decays(n, p)], "weight_decay": 0.0},
    ]
    betas, eps = ((0.9, 0.999), 1e-8) if spec.is_resnet else ((0.9, 0.98), 1e-6)
    is_cuda = next(model.parameters()).is_cuda
    return torch.optim.AdamW(groups, lr=lr, betas=betas, eps=eps, fused=is_cuda)


def decays(name: str, parameter: Tensor) -> bool:
    """Whether weight decay applies: to no gain, no bias, not to `logit_scale` (CLIP, 2.5)."""
    return parameter.ndim >= 2 and not name.endswith("bias") and "logit_scale" not in name


def train_step(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    image_BCHW: Tensor,
    token_BT: Tensor,
    *,
    lr: float,
    max_grad_norm: float | None = None,
) -> float:
    """Takes one step and returns the loss before it, in nats.

    A loss that is not finite comes back before anything is updated.

    Args:
        model: In training mode, on its device.
        optimizer: Over the model's parameters.
        image_BCHW: uint8, on the model's device.
        token_BT: int64, on the model's device.
        lr: Learning rate of this step.
        max_grad_norm: See `TrainOptions`.
    """
    device = image_BCHW.device
    with torch.autocast(device.type, dtype=torch.bfloat16, enabled=device.type == "cuda"):
        image_BD, text_BD, logit_scale = model(normalise(image_BCHW), token_BT)
    loss = contrastive_loss(image_BD, text_BD, logit_scale)
    value = loss.item()
    if not math.isfinite(value):
        return value
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    if max_grad_norm is not None:
        nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    for group in optimizer.param_groups:
        group["lr"] = lr
    optimizer.step()
    with torch.no_grad():
        log_scale = model.get_parameter("logit_scale")
        log_scale.clamp_(0, MAX_LOGIT_SCALE)
    return value
