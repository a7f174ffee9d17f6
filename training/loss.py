"""The contrastive loss of CLIP (arXiv 2103.00020, figure 3).

Shapes: B pairs of a batch, D embedding dimensions.
"""

import torch
from torch import Tensor
from torch.nn import functional


def contrastive_loss(image_BD: Tensor, text_BD: Tensor, logit_scale: Tensor) -> Tensor:
    """Symmetric cross-entropy over the batch, in nats; ln(B) for embeddings that tell nothing.

    Args:
        image_BD: Unit vectors; worked out in float32, whatever their dtype.
        text_BD: Unit vectors; row i belongs to image i.
        logit_scale: Scalar, the inverse temperature and not its logarithm.
    """
    logits_BB = logit_scale.float() * image_BD.float() @ text_BD.float().T
    target_B = torch.arange(len(logits_BB), device=logits_BB.device)
    return (
        functional.cross_entropy(logits_BB, target_B)
        + functional.cross_entropy(logits_BB.T, target_B)
    ) / 2
