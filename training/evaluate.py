"""Zero-shot classification with a run's last checkpoint (arXiv 2103.00020, 3.1.4).

Shapes: N images, K classes, P prompts of a class, C = 3, H = W = the model's image
size in pixels, D dimensions.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from pipeline.shards.storage import join, write_bytes
from schemas.errors import RecordFailed, UserError
from training.checkpoint import latest_step, load_weights
from training.images import centre_crop, crop_to_tensor, decode_image, normalise
from training.labelled import LabelledSet, open_labelled
from training.metrics import Interval, topk_hits, wilson_interval
from training.model import ModelSpec, Tokenizer, build_model, find_model, pick_device
from training.run import read_config, versions

EVALUATION = "evaluation.json"
# Of CLIP's prompts for ImageNet and CIFAR; the paper embeds a class as the mean over its prompts.
TEMPLATES = (
    "a photo of a {}.",
    "a picture of a {}.",
    "a blurry photo of a {}.",
    "a close-up photo of a {}.",
    "{}",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassCount:
    """A class's images and how many were told right."""

    name: str
    images: int
    top1: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What zero-shot classification came to.

    Attributes:
        step: Of the checkpoint.
        images: That were classified; those in `failed` are not among them.
        top1: Share of images whose class is the likeliest.
        top5: Share of those with their class among the five likeliest; None below 6 classes.
        top1_ci95: Wilson interval.
        chance: Top-1 of a guess, 1 / classes.
        failed: What could not be decoded, `{key: outcome}`.
    """

    step: int
    images: int
    top1: float
    top1_ci95: Interval
    top5: float | None
    top5_ci95: Interval | None
    chance: float
    classes: tuple[ClassCount, ...]
    failed: dict[str, str]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Images:
    """A batch: images uint8 (N, C, H, W), labels int64 (N,), and what failed on the way."""

    images: Tensor
    labels: Tensor
    failed: dict[str, str]


def evaluate(
    run: str,
    data: str,
    *,
    on_images: Callable[[int, int], None],
    classes: str | None = None,
    device: str = "auto",
    batch_size: int = 64,
) -> Evaluation:
    """Classifies a labelled test set by the texts of its classes.

    Args:
        run: Folder of a training run with at least one checkpoint.
        data: See `open_labelled`.
        on_images: Called with (images done, images in all) after each batch.
        classes: See `open_labelled`.
        device: See `TrainOptions`.
        batch_size: Images at a time; changes no result beyond rounding.

    Raises:
        UserError: The run, the data or the device is not fit.
    """
    started = time.perf_counter()
    spec, step = find_model(read_config(run)["model"]), latest_step(run)
    if step is None:
        raise UserError(f"{run}: holds no checkpoint yet; let `webimagetext train` reach one")
    labelled = open_labelled(data, classes)
    model = build_model(spec)
    load_weights(run, step, model)
    model.to(pick_device(device)).eval()
    hits1, hits5, labels, failed = _classify(model, spec, labelled, batch_size, on_images)
    if not len(labels):
        raise UserError(f"--data {data}: no image of it can be decoded")
    total, has_top5 = len(labels), len(labelled.class_names) > 5
    top1, top5 = int(hits1.sum()), int(hits5.sum())
    return Evaluation(
        step=step,
        images=total,
        top1=top1 / total,
        top1_ci95=wilson_interval(top1, total),
        top5=top5 / total if has_top5 else None,
        top5_ci95=wilson_interval(top5, total) if has_top5 else None,
        chance=1 / len(labelled.class_names),
        classes=_count_classes(labelled.class_names, labels, hits1),
        failed=failed,
        seconds=round(time.perf_counter() - started, 3),
    )


@torch.inference_mode()
def embed_classes(model: nn.Module, spec: ModelSpec, names: Sequence[str]) -> Tensor:
    """Returns a unit vector a class, shape (K, D): the mean over `TEMPLATES`, made unit again."""
    tokenizer, device = Tokenizer(spec), next(model.parameters()).device
    vectors = []
    for name in names:
        token_PT = tokenizer([template.format(name) for template in TEMPLATES]).to(device)
        _, text_PD, _ = model(None, token_PT)
        vectors.append(functional.normalize(text_PD.mean(dim=0), dim=0))
    return torch.stack(vectors)


@torch.inference_mode()
def _classify(
    model: nn.Module,
    spec: ModelSpec,
    labelled: LabelledSet,
    batch_size: int,
    on_images: Callable[[int, int], None],
) -> tuple[Tensor, Tensor, Tensor, dict[str, str]]:
    class_KD = embed_classes(model, spec, labelled.class_names)
    hits1, hits5, labels = [], [], []
    failed: dict[str, str] = {}
    done = 0
    for batch in _decode_batches(labelled, spec.image_size_px, batch_size):
        failed |= batch.failed
        done += len(batch.labels) + len(batch.failed)
        if len(batch.labels):
            image_NCHW = normalise(batch.images.to(class_KD.device))
            image_ND, _, _ = model(image_NCHW, None)
            logits_NK = (image_ND @ class_KD.T).cpu()
            hits1.append(topk_hits(logits_NK, batch.labels, 1))
            hits5.append(topk_hits(logits_NK, batch.labels, 5))
            labels.append(batch.labels)
        on_images(done, len(labelled))
    none = torch.empty(0, dtype=torch.long)
    return torch.cat([none, *hits1]), torch.cat([none, *hits5]), torch.cat([none, *labels]), failed


def _decode_batches(labelled: LabelledSet, size_px: int, batch_size: int) -> Iterator[_Images]:
    images, labels, failed = list[Tensor](), list[int](), dict[str, str]()
    for number, item in enumerate(labelled, start=1):
        try:
            image = decode_image(item.data, min_side_px=size_px)
        except RecordFailed as error:
            failed[item.key] = error.outcome
        else:
            box = centre_crop(image.width, image.height)
            images.append(crop_to_tensor(image, box, size_px))
            labels.append(item.label)
        if len(images) == batch_size or number == len(labelled):
            stacked = torch.stack(images) if images else torch.empty(0)
            yield _Images(
                images=stacked, labels=torch.tensor(labels, dtype=torch.long), failed=failed
            )
            images, labels, failed = [], [], {}


def _count_classes(names: Sequence[str], label_N: Tensor, hits_N: Tensor) -> tuple[ClassCount, ...]:
    images = Counter(label_N.tolist())
    hits = Counter(label_N[hits_N.bool()].tolist())
    return tuple(
        ClassCount(name=name, images=images[number], top1=hits[number])
        for number, name in enumerate(names)
    )


def write_evaluation(folder: str, evaluation: Evaluation, *, run: str, data: str) -> str:
    """Writes `evaluation.json` into `folder` and returns its path."""
    content: dict[str, Any] = {"command": "evaluate", "run": run, "data": data}
    content |= asdict(evaluation) | {"templates": TEMPLATES, "versions": versions()}
    path = join(folder, EVALUATION)
    write_bytes(path, (json.dumps(content, indent=1) + "\n").encode())
    return path
