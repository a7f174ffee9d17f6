"""The story of a run: read the index, build, resume, step, report, checkpoint, sum up."""

import json
import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import NoReturn

import torch
from torch import nn

from pipeline.shards.storage import join, write_bytes
from schemas.errors import RunError, UserError
from training.checkpoint import Progress, latest_step, restore_checkpoint, save_checkpoint
from training.data import Batch, FailedSample, load_batches
from training.index import read_index
from training.log import RunLog, StepReport
from training.model import build_model, find_model, pick_device
from training.options import TrainOptions
from training.order import BatchOrder
from training.run import (
    TrainSummary,
    claim_run,
    summarise,
    write_architecture,
    write_summary,
)
from training.schedule import learning_rate
from training.step import make_optimizer, train_step

NOT_FINITE = "not_finite.json"


def train(options: TrainOptions, on_step: Callable[[StepReport], None]) -> TrainSummary:
    """Trains, or goes on where the same command stopped, and calls `on_step` after each step.

    Writes `config.json`, `open_clip_config.json`, `checkpoints/`, `metrics.jsonl`, `tensorboard/`,
    `loss.png` and `summary.json` into `options.run`.

    Raises:
        UserError: The dataset, the model, the device or the folder is not fit.
        RunError: The loss is not finite, or a batch has fewer than 2 images that decode.
    """
    device, spec = pick_device(options.device), find_model(options.model)
    index = read_index(options.data)
    if options.batch_size > len(index.samples):
        raise UserError(
            f"--batch-size {options.batch_size}: the dataset has {len(index.samples)} samples;"
            " take a smaller batch"
        )
    claim_run(options, index)
    write_architecture(options.run, spec)
    torch.manual_seed(options.seed)
    model = build_model(spec).to(device).train()
    optimizer = make_optimizer(model, spec, lr=options.lr, weight_decay=options.weight_decay)
    last = latest_step(options.run)
    progress = restore_checkpoint(options.run, last, model, optimizer) if last else Progress()
    order = BatchOrder(
        seed=options.seed,
        num_samples=len(index.samples),
        batch_size=options.batch_size,
        start=progress.step,
        stop=options.steps,
    )
    with RunLog(options.run, step=progress.step, batch_size=options.batch_size) as log:
        started = time.perf_counter()
        for batch in load_batches(index.samples, spec, order, options.workers):
            report = _take_step(options, progress, model, optimizer, batch)
            seconds = time.perf_counter() - started
            report = replace(report, samples_per_s=round(len(batch.uids) / seconds, 2))
            progress = _advance(progress, batch, seconds)
            log.add(report)
            on_step(report)
            if progress.step % options.checkpoint_every == 0 or progress.step == options.steps:
                save_checkpoint(options.run, progress, model, optimizer)
                log.draw()
            started = time.perf_counter()
        summary = summarise(progress, log.reports, index.manifest_sha256)
    write_summary(options.run, summary, progress)
    return summary


def _take_step(
    options: TrainOptions,
    progress: Progress,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    batch: Batch,
) -> StepReport:
    step = progress.step + 1
    if len(batch.uids) < 2:
        failed = ", ".join(sample.uid for sample in batch.failed[:8])
        raise RunError(f"step {step}: fewer than 2 images of the batch decode; failed: {failed}")
    device = next(model.parameters()).device
    lr = learning_rate(
        progress.step, peak=options.lr, warmup=options.warmup_steps, steps=options.steps
    )
    loss = train_step(
        model,
        optimizer,
        batch.images.to(device),
        batch.tokens.to(device),
        lr=lr,
        max_grad_norm=options.max_grad_norm,
    )
    if not math.isfinite(loss):
        _stop_not_finite(options.run, step, batch)
    return StepReport(
        step=step,
        loss=loss,
        lr=lr,
        logit_scale=model.get_parameter("logit_scale").exp().item(),
        samples_per_s=0.0,
        failed=len(_all_failed(progress, batch)),
    )


def _advance(progress: Progress, batch: Batch, seconds: float) -> Progress:
    return Progress(
        step=progress.step + 1,
        samples=progress.samples + len(batch.uids),
        seconds=progress.seconds + seconds,
        failed=_all_failed(progress, batch),
    )


def _all_failed(progress: Progress, batch: Batch) -> tuple[FailedSample, ...]:
    if not batch.failed:
        return progress.failed
    return tuple({sample.uid: sample for sample in (*progress.failed, *batch.failed)}.values())


def _stop_not_finite(run: str, step: int, batch: Batch) -> NoReturn:
    path = join(run, NOT_FINITE)
    content = {"step": step, "uids": batch.uids}
    write_bytes(path, (json.dumps(content, indent=1) + "\n").encode())
    shown = ", ".join(batch.uids[:8])
    raise RunError(
        f"step {step}: the loss is not finite; lower --lr or look at the batch's"
        f" {len(batch.uids)} samples, listed in {path}: {shown}"
    )
