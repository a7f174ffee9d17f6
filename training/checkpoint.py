"""Checkpoints: three files a step, each written whole, the `.json` last as the commit.

    checkpoints/step_00000040.safetensors    the weights, for any program that reads safetensors
    checkpoints/step_00000040.pt             optimizer and random state, read with weights_only
    checkpoints/step_00000040.json           how far the run was

A resumed run goes on bit for bit on a CPU with the same number of threads.
"""

import io
import json
from dataclasses import asdict, dataclass

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import nn

from pipeline.shards.storage import join, list_files, read_bytes, write_bytes
from schemas.errors import UserError
from training.data import FailedSample

FOLDER = "checkpoints"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is.

    Attributes:
        step: Steps taken.
        samples: Pairs trained on, repeats included.
        seconds: Spent in training steps and their data, over all parts of the run.
        failed: Samples that could not be decoded, each once.
    """

    step: int = 0
    samples: int = 0
    seconds: float = 0.0
    failed: tuple[FailedSample, ...] = ()


def checkpoint_path(run: str, step: int, suffix: str) -> str:
    """Returns the path of one of a checkpoint's files; `suffix` has its dot."""
    return join(run, FOLDER, f"step_{step:08d}{suffix}")


def latest_step(run: str) -> int | None:
    """Returns the step of the last whole checkpoint, None if there is none."""
    commits = list_files(join(run, FOLDER), ".json")
    return int(commits[-1].rsplit("_", 1)[1].removesuffix(".json")) if commits else None


def save_checkpoint(
    run: str, progress: Progress, model: nn.Module, optimizer: torch.optim.Optimizer
) -> None:
    """Writes the checkpoint of `progress.step`."""
    weights = {name: t.detach().cpu().contiguous() for name, t in model.state_dict().items()}
    state = {"optimizer": optimizer.state_dict(), "rng": torch.get_rng_state()}
    if torch.cuda.is_available():
        state["cuda_rng"] = torch.cuda.get_rng_state_all()
    buffer = io.BytesIO()
    torch.save(state, buffer)
    write_bytes(
        checkpoint_path(run, progress.step, ".safetensors"), safetensors.torch.save(weights)
    )
    write_bytes(checkpoint_path(run, progress.step, ".pt"), buffer.getvalue())
    commit = json.dumps(asdict(progress), indent=1).encode()
    write_bytes(checkpoint_path(run, progress.step, ".json"), commit)


def load_weights(run: str, step: int, model: nn.Module) -> None:
    """Puts a checkpoint's weights into `model`.

    Raises:
        UserError: The file was damaged or belongs to another model.
    """
    path = checkpoint_path(run, step, ".safetensors")
    try:
        model.load_state_dict(safetensors.torch.load(read_bytes(path)))
    except (SafetensorError, RuntimeError) as error:
        raise UserError(f"{path}: damaged, or no weights of this model; delete it") from error


def restore_checkpoint(
    run: str, step: int, model: nn.Module, optimizer: torch.optim.Optimizer
) -> Progress:
    """Puts everything back as `save_checkpoint` found it, random state included."""
    load_weights(run, step, model)
    device = next(model.parameters()).device
    data = io.BytesIO(read_bytes(checkpoint_path(run, step, ".pt")))
    state = torch.load(data, map_location=device, weights_only=True)
    optimizer.load_state_dict(state["optimizer"])
    torch.set_rng_state(state["rng"].cpu())
    if device.type == "cuda" and "cuda_rng" in state:
        torch.cuda.set_rng_state_all([rng.cpu() for rng in state["cuda_rng"]])
    row = json.loads(read_bytes(checkpoint_path(run, step, ".json")))
    return Progress(**(row | {"failed": tuple(FailedSample(**one) for one in row["failed"])}))
