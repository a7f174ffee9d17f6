import math

import open_clip
import pytest
import torch
from torch.nn import functional

from training.loss import contrastive_loss


@pytest.mark.parametrize("batch", [2, 7, 64])
def test_embeddings_that_tell_nothing_cost_ln_b(batch):
    same_BD = functional.normalize(torch.ones(batch, 8), dim=-1)
    assert contrastive_loss(same_BD, same_BD, torch.tensor(14.0)).item() == pytest.approx(
        math.log(batch), abs=1e-5
    )


def test_perfect_pairs_cost_almost_nothing():
    unit_BD = torch.eye(16)
    assert contrastive_loss(unit_BD, unit_BD, torch.tensor(100.0)).item() < 1e-5


def test_it_equals_open_clips_loss():
    torch.manual_seed(0)
    image_BD = functional.normalize(torch.randn(12, 32), dim=-1)
    text_BD = functional.normalize(torch.randn(12, 32), dim=-1)
    scale = torch.tensor(20.0)
    theirs = open_clip.ClipLoss()(image_BD, text_BD, scale)
    assert torch.allclose(contrastive_loss(image_BD, text_BD, scale), theirs, atol=1e-6)


def test_half_precision_embeddings_are_worked_out_in_single():
    unit_BD = torch.eye(4, dtype=torch.bfloat16)
    assert contrastive_loss(unit_BD, unit_BD, torch.tensor(10.0)).dtype == torch.float32
