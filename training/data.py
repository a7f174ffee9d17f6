"""Batches of a run: decoded in worker processes, in an order that no worker decides.

Shapes: B pairs, C = 3, H = W = the model's image size in pixels, T tokens.
"""

import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from pipeline.shards.storage import is_remote
from schemas.errors import RecordFailed
from training.images import crop_to_tensor, decode_image, random_crop
from training.index import Sample, read_image
from training.model import ModelSpec, Tokenizer
from training.order import BatchOrder, Place, crop_rng


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedSample:
    """A sample that could not be decoded; `outcome` is a `Failure`."""

    uid: str
    outcome: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A decoded sample: image uint8 (C, H, W), tokens int64 (T,)."""

    uid: str
    image: Tensor
    tokens: Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one step sees: images uint8 (B, C, H, W), tokens int64 (B, T).

    Attributes:
        uids: Of the rows, in their order.
        failed: Samples that should be in this batch and could not be decoded.
    """

    uids: tuple[str, ...]
    images: Tensor
    tokens: Tensor
    failed: tuple[FailedSample, ...]


class PairDataset(Dataset[Pair | FailedSample]):
    """Samples by their place in the run."""

    def __init__(self, samples: Sequence[Sample], spec: ModelSpec, seed: int) -> None:
        self._samples = samples
        self._size_px = spec.image_size_px
        self._tokenizer = Tokenizer(spec)
        self._seed = seed

    def __len__(self) -> int:
        return len(self._samples)

    def __getitem__(self, place: Place) -> Pair | FailedSample:
        """Decodes one sample; what its image lacks is in the result, never skipped."""
        sample = self._samples[place.index]
        try:
            image = decode_image(read_image(sample), min_side_px=self._size_px)
        except RecordFailed as error:
            return FailedSample(uid=sample.uid, outcome=error.outcome, detail=error.detail)
        box = random_crop(image.width, image.height, crop_rng(self._seed, place))
        return Pair(
            uid=sample.uid,
            image=crop_to_tensor(image, box, self._size_px),
            tokens=self._tokenizer([sample.caption])[0],
        )


def collate(items: Sequence[Pair | FailedSample]) -> Batch:
    """Stacks what was decoded and lists what was not."""
    pairs = [item for item in items if isinstance(item, Pair)]
    return Batch(
        uids=tuple(pair.uid for pair in pairs),
        images=torch.stack([p.image for p in pairs]) if pairs else torch.empty(0),
        tokens=torch.stack([p.tokens for p in pairs]) if pairs else torch.empty(0),
        failed=tuple(item for item in items if isinstance(item, FailedSample)),
    )


def load_batches(
    samples: Sequence[Sample], spec: ModelSpec, order: BatchOrder, workers: int
) -> Iterator[Batch]:
    """Yields the batches of `order`, decoded by `workers` processes (0: by this one)."""
    # An object store's client does not outlive a fork; a spawned worker imports torch anew.
    method = "spawn" if is_remote(samples[0].shard) else "fork"
    loader = DataLoader(
        PairDataset(samples, spec, order.seed),
        batch_sampler=order,
        num_workers=workers,
        collate_fn=collate,
        worker_init_fn=_ignore_interrupt,
        multiprocessing_context=method if workers else None,
        # Its own generator: the default one would draw from the numbers that a resume restores.
        generator=torch.Generator(),
    )
    yield from loader


def _ignore_interrupt(_worker: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the training process ends its workers
