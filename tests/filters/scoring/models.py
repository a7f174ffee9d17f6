"""A tiny CLIP with random weights, in a folder as open_clip reads it, and heads for it."""

import json
from pathlib import Path

import open_clip
import safetensors.torch
import torch
from torch import nn

from training.model import build_model, find_model

MEAN, STD = (0.4, 0.5, 0.6), (0.2, 0.25, 0.3)  # not CLIP's own, so that they must be read


def write_model(folder: Path, seed: int = 0) -> str:
    """Writes the trainer's tiny architecture with random weights; returns its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    spec = find_model("tiny")
    torch.manual_seed(seed)
    config = {"model_cfg": spec.config, "preprocess_cfg": {"mean": MEAN, "std": STD}}
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    weights = build_model(spec).state_dict()
    safetensors.torch.save_file(weights, folder / "open_clip_model.safetensors")
    return str(folder)


def write_linear_head(path: Path, inputs: int = 128, seed: int = 1) -> nn.Linear:
    """Writes LAION's first aesthetic layout, one linear layer, and returns it."""
    torch.manual_seed(seed)
    head = nn.Linear(inputs, 1)
    torch.save(head.state_dict(), path)
    return head


def open_clip_scores(
    folder: str, pictures: list, texts: list[str]
) -> tuple[torch.Tensor, torch.Tensor]:
    """Returns cosines and image embeddings as open_clip's README computes them, one by one."""
    model, _, preprocess = open_clip.create_model_and_transforms(f"local-dir:{folder}")
    tokenizer = open_clip.get_tokenizer(f"local-dir:{folder}")
    model.eval()
    cosines, embeddings = [], []
    with torch.no_grad():
        for picture, text in zip(pictures, texts, strict=True):
            image = model.encode_image(preprocess(picture).unsqueeze(0), normalize=True)
            words = model.encode_text(tokenizer([text]), normalize=True)
            cosines.append((image @ words.T)[0, 0])
            embeddings.append(image[0])
    return torch.stack(cosines), torch.stack(embeddings)
