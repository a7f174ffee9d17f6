"""The folder of a run: what it was begun with, and its summary."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from open_clip import OPENAI_DATASET_MEAN, OPENAI_DATASET_STD

from pipeline.shards.storage import exists, join, write_bytes
from schemas.errors import UserError
from training.checkpoint import Progress
from training.index import Index
from training.log import StepReport
from training.model import ModelSpec
from training.options import TrainOptions

CONFIG = "config.json"
SUMMARY = "summary.json"
ARCHITECTURE = "open_clip_config.json"
FAILED = "failed.jsonl"
# Options that change no number of a run, so that a resumed part may have others.
FREE_OPTIONS = frozenset({"run", "data", "workers", "checkpoint_every", "device"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainSummary:
    """What a run came to.

    Attributes:
        first_loss: Mean of the first `window` steps, nats.
        last_loss: Mean of the last `window` steps, nats.
        samples: Pairs trained on, repeats included.
        failed: Samples that could not be decoded; `failed.jsonl` lists them.
        seconds: Of training, over all parts of the run.
        manifest_sha256: Of the dataset.
    """

    steps: int
    first_loss: float
    last_loss: float
    window: int
    samples: int
    failed: int
    seconds: float
    manifest_sha256: str

    @property
    def samples_per_s(self) -> float:
        """Pairs a second over the whole run."""
        return self.samples / self.seconds if self.seconds else 0.0


def versions() -> dict[str, str]:
    """Returns the versions that decide a run's numbers."""
    names = ("webimagetext", "torch", "open_clip_torch", "pillow", "numpy")
    return {"python": sys.version.split()[0]} | {name: version(name) for name in names}


def claim_run(options: TrainOptions, index: Index) -> None:
    """Writes `config.json`, or checks that the folder's run was begun with the same.

    Raises:
        UserError: Another run, or something else, lies in the folder.
    """
    wanted = asdict(options) | {
        "warmup": options.warmup_steps,
        "manifest_sha256": index.manifest_sha256,
    }
    path = join(options.run, CONFIG)
    if exists(path):
        _check_same(options.run, read_config(options.run), wanted)
        return
    folder = Path(options.run)
    if folder.exists() and not folder.is_dir():
        raise UserError(f"--out {options.run}: a file, where a folder is due")
    if folder.is_dir() and any(folder.iterdir()):
        raise UserError(f"--out {options.run}: not empty and no run of ours; take another folder")
    try:
        write_bytes(path, (json.dumps(wanted, indent=1) + "\n").encode())
    except (PermissionError, NotADirectoryError):
        raise UserError(f"--out {options.run}: cannot be written; take another folder") from None


def write_architecture(run: str, spec: ModelSpec) -> None:
    """Writes the model's configuration as open_clip's, so that it can score without our trainer."""
    content = {
        "model_cfg": spec.config,
        "preprocess_cfg": {"mean": OPENAI_DATASET_MEAN, "std": OPENAI_DATASET_STD},
    }
    write_bytes(join(run, ARCHITECTURE), (json.dumps(content, indent=1) + "\n").encode())


def _check_same(run: str, found: dict[str, Any], wanted: dict[str, Any]) -> None:
    for name, value in wanted.items():
        if name not in FREE_OPTIONS and found.get(name) != value:
            what = "dataset" if name == "manifest_sha256" else f"--{name.replace('_', '-')}"
            raise UserError(
                f"--out {run}: holds a run with another {what} ({found.get(name)}, not {value});"
                " take another folder"
            )


def read_config(run: str) -> dict[str, Any]:
    """Returns what the run was begun with.

    Raises:
        UserError: `run` is no run, or its `config.json` is damaged.
    """
    path = Path(run) / CONFIG
    if not path.is_file():
        raise UserError(f"{run}: holds no {CONFIG}, so it is no run of `webimagetext train`")
    try:
        config = json.loads(path.read_bytes())
    except ValueError:
        config = None
    if not isinstance(config, dict):
        raise UserError(f"{path}: damaged; take another folder")
    return config


def summarise(
    progress: Progress, reports: Sequence[StepReport], manifest_sha256: str
) -> TrainSummary:
    """Returns the summary of a run's reports, of which there is at least one."""
    losses = [report.loss for report in reports]
    window = max(1, min(10, len(losses) // 5))
    return TrainSummary(
        steps=progress.step,
        first_loss=sum(losses[:window]) / window,
        last_loss=sum(losses[-window:]) / window,
        window=window,
        samples=progress.samples,
        failed=len(progress.failed),
        seconds=round(progress.seconds, 3),
        manifest_sha256=manifest_sha256,
    )


def write_summary(run: str, summary: TrainSummary, progress: Progress) -> None:
    """Writes `summary.json`, and `failed.jsonl` if there is a sample to list."""
    if progress.failed:
        lines = "".join(json.dumps(asdict(sample)) + "\n" for sample in progress.failed)
        write_bytes(join(run, FAILED), lines.encode())
    content = {"command": "train", **asdict(summary), "versions": versions()}
    write_bytes(join(run, SUMMARY), (json.dumps(content, indent=1) + "\n").encode())
