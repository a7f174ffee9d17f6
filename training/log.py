"""What a run tells as it goes: `metrics.jsonl`, TensorBoard events, the loss curve."""

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from torch.utils.tensorboard import SummaryWriter

from pipeline.shards.storage import join, write_bytes
from training.plot import plot_loss

METRICS = "metrics.jsonl"
LOSS_CURVE = "loss.png"
TENSORBOARD = "tensorboard"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReport:
    """One step, as `metrics.jsonl` has it.

    Attributes:
        step: From 1.
        loss: Nats, before the step's update.
        logit_scale: The inverse temperature, at most 100, after the update.
        samples_per_s: Pairs of this step over its time, waiting for data included.
        failed: Samples found undecodable so far.
    """

    step: int
    loss: float
    lr: float
    logit_scale: float
    samples_per_s: float
    failed: int = 0


def read_metrics(run: str) -> list[StepReport]:
    """Returns the steps that `run` has logged; a last line that a kill has cut is left out."""
    path = Path(run) / METRICS
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True) if path.exists() else []
    return [StepReport(**json.loads(line)) for line in lines if line.endswith("\n")]


class RunLog:
    """The logs of a run, cut back to `step` where the last checkpoint is."""

    def __init__(self, run: str, *, step: int, batch_size: int) -> None:
        self._run = run
        self._floor = math.log(batch_size)
        self.reports = [report for report in read_metrics(run) if report.step <= step]
        write_bytes(join(run, METRICS), "".join(map(_line, self.reports)).encode())
        self._metrics = (Path(run) / METRICS).open("a", encoding="utf-8")
        # purge_step: TensorBoard hides what an earlier part logged beyond the checkpoint.
        self._events = SummaryWriter(join(run, TENSORBOARD), purge_step=step + 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._metrics.close()
        self._events.close()

    def add(self, report: StepReport) -> None:
        """Logs a step."""
        self.reports.append(report)
        self._metrics.write(_line(report))
        self._metrics.flush()
        for name in ("loss", "lr", "logit_scale", "samples_per_s"):
            self._events.add_scalar(name, getattr(report, name), report.step)

    def draw(self) -> None:
        """Draws the loss curve anew."""
        steps = [report.step for report in self.reports]
        losses = [report.loss for report in self.reports]
        plot_loss(join(self._run, LOSS_CURVE), steps, losses, floor=self._floor)


def _line(report: StepReport) -> str:
    return json.dumps(asdict(report)) + "\n"
