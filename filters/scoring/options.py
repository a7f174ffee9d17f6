"""What scores are asked for, and the name that they are kept under."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from schemas.errors import UserError

# OpenCV's YuNet as it stands in its zoo (MIT, 232 kB); `faces = "default"` in a recipe.
DEFAULT_FACES = "default"
YUNET = str(Path(__file__).parent / "yunet" / "face_detection_yunet_2023mar.onnx")
# Measured on 226 photos (docs/scores.md): of 46 finds 44 are faces, and at 0.9 there are 14. At
# 320 px, OpenCV's own example, 9.
MIN_FACE_SCORE = 0.8
FACE_SIDE_PX = 640  # of the longer side

Activation = Literal["none", "relu", "gelu"]
Output = Literal["none", "sigmoid"]
Precision = Literal["fp32", "bf16", "fp16"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadOptions:
    """A stack of linear layers on the image embedding.

    Attributes:
        path: State dict, `.safetensors` or torch's; read with `weights_only`.
        activation: Between layers; LAION's aesthetic heads have none.
        output: What becomes of the last number.
    """

    path: str
    activation: Activation = "none"
    output: Output = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreOptions:
    """Which models score.

    Attributes:
        model: open_clip's name, `hf-hub:NAME`, or a folder: a run of our trainer, or any with
            open_clip's `open_clip_config.json`. None for no CLIP.
        weights: File, or one of open_clip's tags; a folder has its own.
        heads: By the column that they fill, such as `aesthetic_score`.
        faces: YuNet as ONNX; None counts no faces.
        device: `auto`, `cpu`, `cuda` or `cuda:N`.
        batch_size: Pairs at a time; changes no score by more than a rounding error.
        folder: Where the model's configuration lies, if not in open_clip; see `find_model`.
        weights_file: Where its weights lie on this machine.
    """

    model: str | None = None
    weights: str | None = None
    heads: tuple[tuple[str, HeadOptions], ...] = ()
    faces: str | None = None
    device: str = "auto"
    batch_size: int = 64
    precision: Precision = "fp32"
    folder: str | None = None
    weights_file: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are filled."""
        of_clip = ("clip_score",) if self.model else ()
        of_faces = ("faces",) if self.faces else ()
        return (*of_clip, *(column for column, _ in self.heads), *of_faces)


def name_scores(options: ScoreOptions) -> str:
    """Returns a name that changes when a score would: tags by name, files by their sha256.

    Args:
        options: What is asked for, from `find_model`.

    Raises:
        UserError: A file is missing.
    """
    parts = []
    if options.model:
        name = os.path.basename(options.model.rstrip("/"))
        parts.append(f"{name} {_name_weights(options)} {options.precision}")
    for column, head in options.heads:
        parts.append(f"{column} {_short_hash(head.path)} {head.activation} {head.output}")
    if options.faces:
        limits = f"{FACE_SIDE_PX}px {MIN_FACE_SCORE}"
        parts.append(f"faces {_short_hash(options.faces)} {limits}")
    return "; ".join(parts)


def _name_weights(options: ScoreOptions) -> str:
    if options.weights and options.weights != options.weights_file:
        return options.weights
    return _short_hash(options.weights_file or "")


def _short_hash(path: str) -> str:
    try:
        with open(path, "rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()[:16]
    except FileNotFoundError:
        raise UserError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise UserError(f"{path}: a folder, where a file of weights is due") from None
