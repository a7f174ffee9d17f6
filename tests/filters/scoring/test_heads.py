from itertools import pairwise
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import nn

from filters.scoring.heads import load_head, num_inputs
from filters.scoring.options import HeadOptions
from schemas.errors import UserError
from tests.filters.scoring.models import write_linear_head

CPU = torch.device("cpu")
BATCH = nn.functional.normalize(torch.linspace(-1, 1, 24).reshape(3, 8), dim=-1)


def laion_mlp(inner: type[nn.Module] = nn.Dropout) -> nn.Module:
    """The layout of improved-aesthetic-predictor, whose numbers skip the dropouts."""
    torch.manual_seed(2)
    model = nn.Module()
    model.layers = nn.Sequential(nn.Linear(8, 6), inner(), nn.Linear(6, 4), nn.Linear(4, 1))
    return model.eval()


def test_one_linear_layer(head_path: Path) -> None:
    expected = write_linear_head(head_path, inputs=8)
    head = load_head(HeadOptions(path=str(head_path)), CPU)
    torch.testing.assert_close(head(BATCH), expected(BATCH)[:, 0])
    assert num_inputs(head) == 8


def test_a_stack_without_activations_as_laions_aesthetic_head(tmp_path: Path) -> None:
    model = laion_mlp()
    torch.save({"state_dict": model.state_dict()}, tmp_path / "h.pth")
    head = load_head(HeadOptions(path=str(tmp_path / "h.pth")), CPU)
    torch.testing.assert_close(head(BATCH), model.layers(BATCH)[:, 0])


def test_activations_between_and_a_sigmoid_at_the_end(tmp_path: Path) -> None:
    model = nn.Sequential(nn.Linear(8, 6), nn.ReLU(), nn.Linear(6, 1), nn.Sigmoid())
    safetensors.torch.save_file(model.state_dict(), tmp_path / "h.safetensors")
    options = HeadOptions(path=str(tmp_path / "h.safetensors"), activation="relu", output="sigmoid")
    torch.testing.assert_close(load_head(options, CPU)(BATCH), model(BATCH)[:, 0])


def test_layers_are_in_the_order_of_their_numbers_not_of_their_names(tmp_path: Path) -> None:
    sizes = [8, 7, 6, 5, 4, 3, 2, 2, 2, 2, 2, 1]
    model = nn.Sequential(*(nn.Linear(a, b) for a, b in pairwise(sizes)))
    torch.save(model.state_dict(), tmp_path / "h.pt")  # "10.weight" sorts before "2.weight"
    head = load_head(HeadOptions(path=str(tmp_path / "h.pt")), CPU)
    torch.testing.assert_close(head(BATCH), model(BATCH)[:, 0])


class Evil:
    def __reduce__(self):
        return print, ("executed",)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"weight": torch.zeros(2, 8), "bias": torch.zeros(2)}, "no stack of linear layers"),
        ({"0.weight": torch.zeros(4, 8), "1.weight": torch.zeros(1, 5)}, "8 to 4, 5 to 1"),
        ({"0.bias": torch.zeros(1)}, "no stack of linear layers"),
        ({"conv.weight": torch.zeros(1, 8)}, "'conv.weight' is no weight or bias"),
        ({"0.weight": torch.zeros(1, 8, 3, 3)}, "'0.weight' is no weight or bias"),
        ({"epoch": 3}, "no state dict of a head"),
        ({}, "no state dict of a head"),
        ([1], "no state dict of a head"),
        ({"weight": Evil()}, "no state dict that can be read safely"),
    ],
)
def test_what_is_no_head_is_refused(
    head_path: Path, content: object, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    torch.save(content, head_path)
    with pytest.raises(UserError, match=said):
        load_head(HeadOptions(path=str(head_path)), CPU)
    assert "executed" not in capsys.readouterr().out


@pytest.mark.parametrize("name", ["h.pt", "h.safetensors"])
def test_a_file_that_is_missing_or_damaged_is_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with pytest.raises(UserError, match=f"{name}: no such file"):
        load_head(HeadOptions(path=str(path)), CPU)
    path.write_bytes(b"damaged")
    with pytest.raises(UserError, match=f"{name}: no state dict"):
        load_head(HeadOptions(path=str(path)), CPU)
