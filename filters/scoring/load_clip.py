"""A CLIP with its weights, its tokenizer and its preparation of images, as open_clip has them.

Shapes: B images, H = W = the model's image size, C = 3 channels, D dimensions, T tokens.
"""

import json
import os
import pickle
from dataclasses import dataclass
from typing import Any

import numpy as np
import open_clip
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors import SafetensorError
from torch import Tensor, nn
from torchvision.transforms import Compose, Normalize, ToTensor

from filters.scoring.find_model import find_model
from filters.scoring.find_weights import CONFIG
from filters.scoring.options import ScoreOptions
from schemas.errors import UserError

Pixels = NDArray[np.uint8]

_FOLDER = "local-dir:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """What is done to a pair before the model sees it; small, so each worker has its own."""

    geometry: Any  # torchvision's transforms, up to where pixels become numbers
    tokenizer: Any

    def image(self, picture: Image.Image) -> Pixels:
        """Returns a picture at the model's size, `[H, W, 3]`."""
        return np.array(self.geometry(picture.convert("RGB")), np.uint8)

    def text(self, text: str) -> NDArray[np.int32]:
        """Returns the tokens of a text; what is too long for the model is cut."""
        tokens: Tensor = self.tokenizer([text])
        return tokens[0].numpy().astype(np.int32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A model ready to embed."""

    model: nn.Module
    mean: Tensor  # of shape (C, 1, 1)
    std: Tensor
    device: torch.device
    dtype: torch.dtype  # of the pixels that the image tower takes

    @torch.inference_mode()
    def embed_images(self, image_BHWC: Pixels) -> Tensor:
        """Returns unit vectors, float32 of shape (B, D)."""
        pixels = torch.from_numpy(image_BHWC).to(self.device).permute(0, 3, 1, 2)
        # What ToTensor and Normalize do to each image, for the batch at once.
        scaled = pixels.to(torch.float32).div(255).sub(self.mean).div(self.std)
        model: Any = self.model
        embedded: Tensor = model.encode_image(scaled.to(self.dtype).contiguous())
        return nn.functional.normalize(embedded.float(), dim=-1)

    @torch.inference_mode()
    def embed_texts(self, token_BT: NDArray[np.int32]) -> Tensor:
        """Returns unit vectors, float32 of shape (B, D)."""
        model: Any = self.model
        embedded: Tensor = model.encode_text(torch.from_numpy(token_BT).long().to(self.device))
        return nn.functional.normalize(embedded.float(), dim=-1)


def load_preparation(options: ScoreOptions) -> Preparation:
    """Returns how pairs are prepared for the model; no weights are loaded for it."""
    options = find_model(options)
    numbers = (ToTensor, Normalize, open_clip.transform.MaybeToTensor)
    parts = [part for part in _transform(options).transforms if not isinstance(part, numbers)]
    tokenizer = open_clip.get_tokenizer(_open_clip_name(options))
    return Preparation(geometry=Compose(parts), tokenizer=tokenizer)


def load_clip(options: ScoreOptions) -> Clip:
    """Returns the model in evaluation mode on its device.

    Raises:
        UserError: The weights are damaged, or are another model's.
    """
    options = find_model(options)
    device = pick_device(options.device)
    model = _load_weights(_create(options), options)
    normalise = next(t for t in _transform(options).transforms if isinstance(t, Normalize))
    return Clip(
        model=model.to(device).eval(),
        mean=torch.tensor(normalise.mean, device=device)[:, None, None],
        std=torch.tensor(normalise.std, device=device)[:, None, None],
        device=device,
        dtype=open_clip.get_input_dtype(options.precision) or torch.float32,
    )


def count_dimensions(options: ScoreOptions) -> int:
    """Returns the dimensions of the model's embeddings, from its configuration alone."""
    config = open_clip.get_model_config(_open_clip_name(find_model(options)))
    return int(config["embed_dim"])


def pick_device(name: str) -> torch.device:
    """Returns the device called `name`; `auto` is the first GPU, or the CPU without one."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError:
        raise UserError(f"[score] device = {name!r}: take auto, cpu, cuda or cuda:N") from None
    if device.type == "cuda" and not torch.cuda.is_available():
        raise UserError(f"[score] device = {name!r}: torch sees no GPU on this machine")
    return device


def _open_clip_name(options: ScoreOptions) -> str:
    return f"{_FOLDER}{options.folder}" if options.folder else options.model or ""


def _create(options: ScoreOptions) -> nn.Module:
    try:
        model: nn.Module = open_clip.create_model(
            _open_clip_name(options), load_weights=False, precision=options.precision
        )
    except (RuntimeError, OSError) as error:
        raise UserError(f"[score] model = {options.model!r}: open_clip says: {error}") from error
    return model


def _load_weights(model: nn.Module, options: ScoreOptions) -> nn.Module:
    weights = options.weights_file or ""
    if not os.path.isfile(weights):
        raise UserError(f"{weights}: not on this worker; put it where all workers can read it")
    try:
        open_clip.load_checkpoint(model, weights, weights_only=True)
    except (SafetensorError, RuntimeError, EOFError, pickle.UnpicklingError, KeyError) as error:
        raise UserError(f"{weights}: damaged, or no weights of {options.model}") from error
    return model


def _transform(options: ScoreOptions) -> Compose:
    """Returns open_clip's own transform of an image, from the model's configuration alone."""
    config = open_clip.get_model_config(_open_clip_name(options))
    size = config["vision_cfg"].get("image_size", 224)
    settings = open_clip.transform.merge_preprocess_dict(
        open_clip.transform.PreprocessCfg(), _settings(options) | {"size": size}
    )
    cfg = open_clip.transform.PreprocessCfg(**settings)
    return open_clip.transform.image_transform_v2(cfg, is_train=False)


def _settings(options: ScoreOptions) -> dict[str, Any]:
    """Returns what a model or its weights say of images: means, deviations, interpolation."""
    if not options.folder:
        return dict(open_clip.get_pretrained_cfg(options.model or "", options.weights or ""))
    with open(os.path.join(options.folder, CONFIG), encoding="utf-8") as stream:
        settings: dict[str, Any] = json.load(stream).get("preprocess_cfg", {})
        return settings
