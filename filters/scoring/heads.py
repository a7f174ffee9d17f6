"""Heads on CLIP's image embedding: stacks of linear layers, given as a state dict.

LAION's layouts: one `nn.Linear` (LAION-AI/aesthetic-predictor: `weight`, `bias`), or an MLP under
`layers.N` (christophschuhmann/improved-aesthetic-predictor); the safety heads have ReLU between.
"""

import pickle
import re
from itertools import pairwise
from typing import cast

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from filters.scoring.options import Activation, HeadOptions
from schemas.errors import UserError

_ACTIVATIONS: dict[Activation, type[nn.Module]] = {
    "none": nn.Identity,
    "relu": nn.ReLU,
    "gelu": nn.GELU,
}
_LAYER = re.compile(r"(?:.*\.)?(\d+)\.(weight|bias)")


def load_head(options: HeadOptions, device: torch.device) -> nn.Module:
    """Returns the head, which makes one number of each unit embedding.

    Raises:
        UserError: The file is missing, damaged, or no stack of linear layers with one output.
    """
    layers = [layer for _, layer in sorted(_layers(options.path).items())]
    inner = _ACTIVATIONS[options.activation]
    parts: list[nn.Module] = []
    for layer in layers:
        parts += [_linear(layer, options.path), inner()]
    parts[-1] = nn.Sigmoid() if options.output == "sigmoid" else nn.Identity()
    head = nn.Sequential(*parts, nn.Flatten(0))
    _check(head, options.path)
    return head.to(device).eval()


def num_inputs(head: nn.Module) -> int:
    """Returns how many dimensions a head takes."""
    return int(next(head.parameters()).shape[1])


def _layers(path: str) -> dict[int, dict[str, Tensor]]:
    """Returns weight and bias by the number of their layer."""
    found: dict[int, dict[str, Tensor]] = {}
    for name, tensor in _read(path).items():
        layer = _LAYER.fullmatch(name)
        if name in ("weight", "bias"):
            found.setdefault(0, {})[name] = tensor.float()
        elif layer and tensor.ndim in (1, 2):
            found.setdefault(int(layer[1]), {})[layer[2]] = tensor.float()
        else:
            raise UserError(f"{path}: {name!r} is no weight or bias of a linear layer")
    return found


def _read(path: str) -> dict[str, Tensor]:
    try:
        if path.endswith(".safetensors"):
            loaded: dict[str, Tensor] = safetensors.torch.load_file(path)
            return loaded
        state = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise UserError(f"{path}: no such file") from None
    except (SafetensorError, pickle.UnpicklingError, RuntimeError, EOFError) as error:
        raise UserError(f"{path}: no state dict that can be read safely") from error
    state = state.get("state_dict", state) if isinstance(state, dict) else {}
    if not state or not all(isinstance(tensor, Tensor) for tensor in state.values()):
        raise UserError(f"{path}: no state dict of a head")
    return cast(dict[str, Tensor], state)


def _linear(layer: dict[str, Tensor], path: str) -> nn.Linear:
    weight = layer.get("weight")
    if weight is None or weight.ndim != 2:
        raise UserError(f"{path}: no stack of linear layers: one has no weight")
    linear = nn.Linear(weight.shape[1], weight.shape[0], bias="bias" in layer)
    linear.load_state_dict(layer)
    return linear


def _check(head: nn.Sequential, path: str) -> None:
    linears = [part for part in head if isinstance(part, nn.Linear)]
    fits = all(a.out_features == b.in_features for a, b in pairwise(linears))
    if not fits or linears[-1].out_features != 1:
        shapes = ", ".join(f"{part.in_features} to {part.out_features}" for part in linears)
        raise UserError(f"{path}: no stack of linear layers that ends in one number: {shapes}")
