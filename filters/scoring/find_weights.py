"""Where a model's weights lie: a file, a tag of open_clip, a folder, a run of our trainer."""

import os
from pathlib import Path

from schemas.errors import UserError

HUB = "hf-hub:"
CONFIG = "open_clip_config.json"
IN_FOLDER = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")


def find_weights(model: str, weights: str | None) -> str | None:
    """Returns the file of weights; None if open_clip has them under a name or a tag.

    Of a run of our trainer it is the last whole checkpoint, the one whose `.json` is there.

    Raises:
        UserError: There are none, or the folder says nothing of its architecture.
    """
    if weights and os.path.isfile(weights):
        return weights
    if not os.path.isdir(model):
        if not weights and not model.startswith(HUB):
            raise UserError(
                f"[score] model = {model!r}: needs weights, a file or one of open_clip's tags;"
                " without them it would score by chance"
            )
        return None
    if not os.path.isfile(os.path.join(model, CONFIG)):
        raise UserError(
            f"{model}: holds no {CONFIG}, so its architecture is not known; runs of"
            " `webimagetext train` have one since it writes it"
        )
    if weights:
        raise UserError(f"{weights}: no such file")
    found = _in_folder(Path(model))
    if not found:
        raise UserError(f"{model}: holds no weights: no whole checkpoint, no {IN_FOLDER[0]}")
    return str(found)


def _in_folder(folder: Path) -> Path | None:
    commits = sorted((folder / "checkpoints").glob("step_*.json"))
    candidates = [commit.with_suffix(".safetensors") for commit in reversed(commits)]
    candidates += [folder / name for name in IN_FOLDER]
    return next((path for path in candidates if path.is_file()), None)
