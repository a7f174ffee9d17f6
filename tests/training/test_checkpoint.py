import os

import pytest
import safetensors.torch
import torch

from schemas.errors import UserError
from training.checkpoint import (
    Progress,
    checkpoint_path,
    latest_step,
    load_weights,
    restore_checkpoint,
    save_checkpoint,
)
from training.data import FailedSample

PROGRESS = Progress(
    step=3, samples=12, seconds=1.5, failed=(FailedSample(uid="a", outcome="decode", detail="x"),)
)


def make(seed):
    torch.manual_seed(seed)
    model = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.BatchNorm1d(4))
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.1)
    model(torch.randn(8, 4)).square().sum().backward()
    optimizer.step()
    return model, optimizer


def test_everything_comes_back_random_state_included(tmp_path):
    model, optimizer = make(0)
    save_checkpoint(str(tmp_path), PROGRESS, model, optimizer)
    expected = torch.rand(5)
    other, other_optimizer = make(1)
    assert restore_checkpoint(str(tmp_path), 3, other, other_optimizer) == PROGRESS
    assert torch.equal(torch.rand(5), expected)
    assert all(torch.equal(v, other.state_dict()[k]) for k, v in model.state_dict().items())
    moments = [o.state_dict()["state"][0]["exp_avg"] for o in (optimizer, other_optimizer)]
    assert torch.equal(*moments)


def test_the_weights_are_plain_safetensors(tmp_path):
    model, optimizer = make(0)
    save_checkpoint(str(tmp_path), PROGRESS, model, optimizer)
    path = tmp_path / "checkpoints" / "step_00000003.safetensors"
    assert safetensors.torch.load_file(path).keys() == model.state_dict().keys()


def test_the_last_whole_checkpoint_counts(tmp_path):
    assert latest_step(str(tmp_path)) is None
    model, optimizer = make(0)
    for step in (3, 20):
        save_checkpoint(str(tmp_path), Progress(step=step), model, optimizer)
    assert latest_step(str(tmp_path)) == 20
    os.unlink(checkpoint_path(str(tmp_path), 20, ".json"))  # as if killed before the commit
    assert latest_step(str(tmp_path)) == 3


def test_damaged_weights_are_named(tmp_path):
    model, optimizer = make(0)
    save_checkpoint(str(tmp_path), PROGRESS, model, optimizer)
    path = checkpoint_path(str(tmp_path), 3, ".safetensors")
    os.truncate(path, 50)
    with pytest.raises(UserError, match=r"step_00000003\.safetensors: damaged"):
        load_weights(str(tmp_path), 3, model)


def test_weights_of_another_model_are_refused(tmp_path):
    save_checkpoint(str(tmp_path), PROGRESS, *make(0))
    with pytest.raises(UserError, match="no weights of this model"):
        load_weights(str(tmp_path), 3, torch.nn.Linear(2, 2))
