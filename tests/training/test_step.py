import math

import pytest
import torch

from training.model import Tokenizer, build_model, find_model
from training.step import decays, make_optimizer, train_step


def setup(name="tiny"):
    torch.manual_seed(0)
    spec = find_model(name)
    model = build_model(spec).train()
    images = torch.randint(0, 255, (4, 3, 64, 64), dtype=torch.uint8)
    tokens = Tokenizer(spec)(["red circle", "blue square", "a tree", "two cats"])
    return spec, model, images, tokens


@pytest.mark.parametrize("name", ["tiny", "tiny-resnet"])
def test_steps_on_one_batch_lower_its_loss(name):
    spec, model, images, tokens = setup(name)
    optimizer = make_optimizer(model, spec, lr=1e-3, weight_decay=0.2)
    losses = [train_step(model, optimizer, images, tokens, lr=1e-3) for _ in range(20)]
    assert losses[-1] < losses[0] - 0.3


def test_gains_biases_and_temperature_do_not_decay():
    spec, model, _, _ = setup()
    optimizer = make_optimizer(model, spec, lr=1e-3, weight_decay=0.2)
    decayed = {id(p) for g in optimizer.param_groups if g["weight_decay"] for p in g["params"]}
    for name, parameter in model.named_parameters():
        assert (id(parameter) in decayed) == decays(name, parameter)
        if name == "logit_scale" or name.endswith("bias") or ".ln_" in name:
            assert id(parameter) not in decayed
    assert sum(len(group["params"]) for group in optimizer.param_groups) == len(
        list(model.parameters())
    )


def test_the_constants_are_clips_for_each_kind_of_tower():
    for name, betas, eps in (("tiny", (0.9, 0.98), 1e-6), ("tiny-resnet", (0.9, 0.999), 1e-8)):
        spec, model, _, _ = setup(name)
        group = make_optimizer(model, spec, lr=1e-3, weight_decay=0.2).param_groups[0]
        assert (group["betas"], group["eps"]) == (betas, eps)


def test_the_logit_scale_is_clipped_at_100():
    spec, model, images, tokens = setup()
    with torch.no_grad():
        model.logit_scale.fill_(9.0)
    optimizer = make_optimizer(model, spec, lr=1e-6, weight_decay=0.0)
    train_step(model, optimizer, images, tokens, lr=1e-6)
    assert model.logit_scale.exp().item() == pytest.approx(100, rel=1e-5)


def test_the_gradient_is_clipped_when_asked():
    spec, model, images, tokens = setup()
    optimizer = make_optimizer(model, spec, lr=1e-3, weight_decay=0.0)
    train_step(model, optimizer, images, tokens, lr=1e-3, max_grad_norm=0.01)
    squares = sum(p.grad.square().sum().item() for p in model.parameters() if p.grad is not None)
    assert math.sqrt(squares) <= 0.01 + 1e-5


def test_a_loss_that_is_not_finite_updates_nothing():
    spec, model, images, tokens = setup()
    with torch.no_grad():
        model.text_projection.fill_(float("nan"))
    before = model.visual.proj.clone()
    optimizer = make_optimizer(model, spec, lr=1e-3, weight_decay=0.2)
    assert math.isnan(train_step(model, optimizer, images, tokens, lr=1e-3))
    assert torch.equal(before, model.visual.proj)


@pytest.mark.parametrize("device", ["cpu", *(["cuda"] if torch.cuda.is_available() else [])])
def test_a_device_of_this_machine_starts_near_chance(device):
    spec, model, images, tokens = setup()
    model = model.to(device)
    optimizer = make_optimizer(model, spec, lr=1e-3, weight_decay=0.2)
    loss = train_step(model, optimizer, images.to(device), tokens.to(device), lr=1e-3)
    assert loss == pytest.approx(math.log(4), abs=0.5)
