"""Scores onto pairs: rows are shuffled by pool shard, bytes never.

A worker reads its shard's tar forwards, prepares the images and hands them, in the same fused step,
to the one copy of the model (`RunInference`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, NamedTuple

import apache_beam as beam
import numpy as np
from apache_beam.metrics import Metrics
from apache_beam.ml.inference.base import ModelHandler, RunInference
from numpy.typing import NDArray
from PIL import Image

from filters.scoring.find_model import find_model
from filters.scoring.options import ScoreOptions, name_scores
from pipeline.download.colour import to_srgb
from pipeline.download.decode import decode_image
from pipeline.rules import drop
from pipeline.shards.pack import read_pool_images
from pipeline.stages.stage import Stage
from schemas.errors import RecordError
from schemas.outcomes import Stage as Stages
from schemas.records import PoolRow

_LOADED = Metrics.counter("write_scores", "models_loaded")
MAX_PIXELS = 100_000_000  # stored images were let in by the download's own limit


class Prepared(NamedTuple):
    """A pair as the model takes it."""

    pair: PoolRow
    image: NDArray[np.uint8]
    tokens: NDArray[np.int32]


@dataclass
class WriteScores(Stage):
    """Puts scores on pairs; one whose image cannot be decoded becomes a ledger row."""

    options: ScoreOptions
    pool: str
    share_model: bool = True

    def expand(self, pairs: beam.PCollection) -> beam.PCollection:
        if not self.options.columns:
            return pairs
        options = find_model(self.options)  # here, once: workers get paths
        name = name_scores(options)
        done = pairs | "HaveScores" >> beam.Filter(_has_scores, name)
        read = (
            pairs
            | "LackScores" >> beam.Filter(_lacks_scores, name)
            | "KeyByPoolShard" >> beam.Map(_key_by_pool_shard)
            | beam.GroupByKey()
            | "Prepare"
            >> beam.ParDo(_Prepare(options, self.pool)).with_outputs("failed", main="prepared")
        )
        scored = read.prepared
        if options.model:
            scored = scored | RunInference(_OpenClip(options, share_model=self.share_model))
        named = scored | "Name" >> beam.Map(_named, name)
        return (named, read.failed, done) | beam.Flatten()


class _Prepare(beam.DoFn):
    """Reads the images of one pool shard, in the tar's order."""

    def __init__(self, options: ScoreOptions, pool: str) -> None:
        self._options = options
        self._pool = pool

    def setup(self) -> None:
        # Imported by workers that score: a second, and an extra that others may not have.
        if self._options.model:
            from filters.scoring.load_clip import load_preparation

            self._preparation = load_preparation(self._options)
        if self._options.faces:
            from filters.scoring.faces import FaceCounter

            self._count_faces = FaceCounter(self._options.faces)

    def process(self, group: tuple[int, Iterable[PoolRow]]) -> Iterator[Any]:
        _, pairs = group
        rows = sorted(pairs, key=lambda pair: pair.uid)
        for pair, body in read_pool_images(self._pool, rows):
            try:
                picture = open_picture(body)
            except RecordError as error:
                row = drop(pair, Stages.SCORE, error.outcome, error.detail)
                yield beam.TaggedOutput("failed", row)
                continue
            yield self._prepare(pair, picture)

    def _prepare(self, pair: PoolRow, picture: Image.Image) -> Prepared | PoolRow:
        if self._options.faces:
            pair = replace(pair, faces=self._count_faces(picture))
        if not self._options.model:
            return pair
        text = self._preparation.text(pair.candidate.text)
        return Prepared(pair, self._preparation.image(picture), text)


def open_picture(body: bytes) -> Image.Image:
    """Returns a stored image as RGB, whatever its format.

    Raises:
        RecordFailed: It does not decode, which only a file that was stored as it came can do.
    """
    decoded = decode_image(body, MAX_PIXELS)
    return Image.fromarray(to_srgb(decoded.pixels, decoded.profile)).convert("RGB")


class _OpenClip(ModelHandler):
    """One copy of the scorer for all threads, or for all processes of a machine."""

    def __init__(self, options: ScoreOptions, *, share_model: bool) -> None:
        # As large from the first: Beam's batches grow from one pair, and each is filled up.
        size = options.batch_size
        super().__init__(min_batch_size=size, max_batch_size=size, large_model=share_model)
        self._options = options

    def load_model(self) -> "_LazyScorer":
        return _LazyScorer(self._options)

    def run_inference(
        self, batch: Sequence[Prepared], model: Any, inference_args: Any = None
    ) -> Iterator[PoolRow]:
        del inference_args
        if model.load():
            _LOADED.inc()
        scores = model.score(
            np.stack([prepared.image for prepared in batch]),
            np.stack([prepared.tokens for prepared in batch]),
        )
        for number, prepared in enumerate(batch):
            values: dict[str, Any] = {
                column: float(found[number]) for column, found in scores.items()
            }
            yield replace(prepared.pair, **values)


class _LazyScorer:
    """Loads the model when the first pair needs it: none does where only limits have changed."""

    def __init__(self, options: ScoreOptions) -> None:
        self._options = options
        self._lock = Lock()
        self._scorer: Any = None

    def load(self) -> bool:
        """Returns whether this call loaded the model."""
        with self._lock:  # of several threads one loads it
            if self._scorer is not None:
                return False
            from filters.scoring.scorer import load_scorer

            self._scorer = load_scorer(self._options)
            return True

    def score(self, images: NDArray[np.uint8], tokens: NDArray[np.int32]) -> Any:
        return self._scorer.score(images, tokens)


def _has_scores(pair: PoolRow, name: str) -> bool:
    return pair.score_model == name


def _lacks_scores(pair: PoolRow, name: str) -> bool:
    return pair.score_model != name


def _key_by_pool_shard(pair: PoolRow) -> tuple[int, PoolRow]:
    return pair.shard, pair


def _named(pair: PoolRow, name: str) -> PoolRow:
    return replace(pair, score_model=name)
