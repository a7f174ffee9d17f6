"""Models by name: our tiny ones and open_clip's plain CLIPs, always from random weights.

Everything comes from the installed wheels: no weights, no vocabulary is fetched from a network.
"""

import difflib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import open_clip
import torch
from torch import Tensor, nn

from schemas.errors import UserError

CONFIGS = Path(__file__).parent / "configs"
# A config with any other key asks for another architecture than CLIP's two towers.
PLAIN_KEYS = frozenset({"embed_dim", "vision_cfg", "text_cfg", "quick_gelu"})
HUB_KEYS = frozenset({"hf_model_name", "hf_tokenizer_name"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpec:
    """A model that can be built without a network.

    Attributes:
        config: open_clip's model config.
        image_size_px: Side of the square that the image tower takes.
        context_length: Tokens of a text; longer texts are cut.
    """

    name: str
    config: dict[str, Any]
    image_size_px: int
    context_length: int

    @property
    def is_resnet(self) -> bool:
        """Whether the image tower is CLIP's modified ResNet."""
        return isinstance(self.config["vision_cfg"].get("layers"), list)


def bundled_names() -> list[str]:
    """Returns the models that are small enough for a CPU."""
    return sorted(path.stem for path in CONFIGS.glob("*.json"))


def find_model(name: str) -> ModelSpec:
    """Returns the model called `name`.

    Raises:
        UserError: There is none, or it needs files that no wheel holds.
    """
    config = _find_config(name)
    text, vision = config["text_cfg"], config["vision_cfg"]
    if not PLAIN_KEYS.issuperset(config) or HUB_KEYS.intersection(text):
        raise UserError(f"--model {name}: no plain CLIP; take tiny, RN50, ViT-B-32, ViT-L-14, ...")
    size = vision.get("image_size", 224)
    if not isinstance(size, int):
        raise UserError(f"--model {name}: takes images that are not square")
    return ModelSpec(
        name=name,
        config=config,
        image_size_px=size,
        context_length=text.get("context_length", 77),
    )


def _find_config(name: str) -> dict[str, Any]:
    # Asked by exact name only: open_clip would take `hf-hub:...` to the network.
    if name in bundled_names():
        config: dict[str, Any] = json.loads((CONFIGS / f"{name}.json").read_text())
        return config
    names = open_clip.list_models()
    if name in names:
        config = open_clip.get_model_config(name)
        return config
    near = difflib.get_close_matches(name, [*bundled_names(), *names], n=3, cutoff=0.5)
    raise UserError(f"--model {name}: unknown; nearest: {', '.join(near or bundled_names())}")


def build_model(spec: ModelSpec) -> nn.Module:
    """Returns the model with weights drawn from torch's global generator."""
    vision = spec.config["vision_cfg"]
    if "timm_model_name" in vision:
        vision = vision | {"timm_model_pretrained": False}
    model: nn.Module = open_clip.CLIP(**(spec.config | {"vision_cfg": vision}))
    return model


class Tokenizer:
    """CLIP's byte-pair encoding, from the vocabulary in open_clip's wheel."""

    def __init__(self, spec: ModelSpec) -> None:
        self._tokenizer = open_clip.SimpleTokenizer(
            context_length=spec.context_length,
            **spec.config["text_cfg"].get("tokenizer_kwargs", {}),
        )

    def __call__(self, texts: list[str]) -> Tensor:
        """Returns the token ids, int64 of shape (texts, context length), 0 after a text's end."""
        tokens: Tensor = self._tokenizer(texts)
        return tokens


def pick_device(name: str) -> torch.device:
    """Returns the device called `name`; `auto` is the first GPU, or the CPU without one.

    Raises:
        UserError: This machine has no such device.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError:
        raise UserError(f"--device {name}: unknown; take auto, cpu, cuda or cuda:N") from None
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if device.type not in ("cpu", "cuda"):
        raise UserError(f"--device {name}: not supported; take auto, cpu, cuda or cuda:N")
    if device.type == "cuda" and (device.index or 0) >= count:
        raise UserError(f"--device {name}: this machine has {count} CUDA devices")
    return device
