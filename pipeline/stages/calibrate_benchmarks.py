"""What the second stage finds of benchmarks in a pool: negatives looked for, copies planted.

The pool streams by. What is kept is a score for each benchmark picture and each planted copy.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, NamedTuple

import apache_beam as beam

from dedup.contamination.calibration import found_up_to, negatives, thumbnails_of
from dedup.contamination.calibration_page import ORIGINAL
from dedup.contamination.confirm import ConfirmingMatcher
from dedup.contamination.records import SourceKind, SourcePart
from dedup.contamination.sample import mix
from dedup.contamination.sources import hash_part, read_part
from dedup.verify.verify import Looks, Verifier
from pipeline.download.encode import encode_image
from pipeline.download.hash_image import THUMBNAIL_QUALITY, fingerprint_image, make_thumbnail
from pipeline.download.planted import Planted, plant_copies
from pipeline.download.resize import Resize
from pipeline.progress import SEARCHED, writer_for
from pipeline.recipe.dedupe import Contamination
from pipeline.stages.measure_contamination import MATCH_BATCH, list_parts
from pipeline.stages.stage import Stage
from schemas.outcomes import Stage as Stages
from schemas.records import BenchmarkImage, PoolImage

EXAMPLE_PX: Final = 160
# Planting takes a tenth of a second a picture: a benchmark of one part is shared by so many.
_SLICES: Final = 8
_LOOKED_AT: Final = 20

ImageKey = tuple[str, str]  # benchmark, key
Copy = tuple[str, str, float]  # benchmark, transform, up to which least score it is found


class CalibrationParts(NamedTuple):
    """What was measured.

    Attributes:
        scores: `(ImageKey, float)`, the best of each benchmark picture's negative.
        copies: `Copy`, one a planted copy.
        examples: `((benchmark, transform), JPEG bytes)` of one picture of each benchmark.
        pool_size: Pool pictures that were looked in.
    """

    scores: "beam.PCollection[tuple[ImageKey, float]]"
    copies: "beam.PCollection[Copy]"
    examples: "beam.PCollection[tuple[tuple[str, str], bytes]]"
    pool_size: "beam.PCollection[int]"


@dataclass
class CalibrateBenchmarks(Stage):
    """Pool images to what the thresholds and the recall of every benchmark follow from.

    Attributes:
        originals: Pictures of each benchmark to plant copies of.
    """

    contamination: Contamination
    originals: int
    progress: str | None = None

    def expand(self, pool_images: beam.PCollection) -> CalibrationParts:
        root, parts = pool_images.pipeline, list_parts(self.contamination.benchmarks)
        images = (
            root
            | "Parts" >> beam.Create(parts)
            | "SpreadParts" >> beam.Reshuffle()  # few parts fan out to many images
            | "HashBenchmarks" >> beam.FlatMap(_shown_images)
        )
        shown = pool_images | "Shown" >> beam.Filter(_has_thumbnail)
        found = (
            shown
            | beam.BatchElements(min_batch_size=1, max_batch_size=MATCH_BATCH)
            | "Search" >> beam.ParDo(_SearchNegatives(self.progress), beam.pvalue.AsList(images))
        )
        nothing = images | "Nothing" >> beam.Map(_no_score)
        scores = (found, nothing) | beam.Flatten() | "Best" >> beam.CombinePerKey(max)
        chosen = (
            images
            | "MixKeys" >> beam.Map(_mixed_key)
            | "Originals" >> beam.combiners.Top.SmallestPerKey(self.originals)
        )
        planted = (
            root
            | "Slices" >> beam.Create(_slices(parts))
            | "SpreadSlices" >> beam.Reshuffle()  # planting is slow
            | "Plant"
            >> beam.ParDo(
                _PlantCopies(self.contamination.max_distance),
                beam.pvalue.AsList(images),
                beam.pvalue.AsDict(chosen),
            ).with_outputs("examples", main="copies")
        )
        size = shown | "PoolSize" >> beam.combiners.Count.Globally()
        return CalibrationParts(scores, planted.copies, planted.examples, size)


class _SearchNegatives(beam.DoFn):
    """Yields the best score of each negative in a batch of pool images."""

    def __init__(self, progress: str | None) -> None:
        self._progress = progress
        self._negatives: list[tuple[list[ImageKey], Verifier]] | None = None

    def process(
        self, batch: Sequence[PoolImage], images: Sequence[BenchmarkImage]
    ) -> Iterator[tuple[ImageKey, float]]:
        if self._negatives is None:
            self._negatives = [
                ([(name, image.key) for image in of], Verifier(negatives(of)))
                for name, of in _by_benchmark(images).items()
            ]
        looks = Looks(thumbnails_of(batch))
        for keys, verifier in self._negatives:
            best: dict[ImageKey, float] = {}
            for pair in verifier.pairs(looks):
                key = keys[pair.reference]
                best[key] = max(pair.score, best.get(key, -1.0))
            yield from best.items()
        if self._progress:
            writer_for(self._progress).add(Stages.DECONTAMINATE, SEARCHED, len(batch))


class _PlantCopies(beam.DoFn):
    """Yields what is found of the copies of some pictures of a part; shows those of one."""

    def __init__(self, max_distance: int) -> None:
        self._max_distance = max_distance
        self._benchmarks: dict[str, _Planting] | None = None

    def process(
        self,
        share: "_Slice",
        images: Sequence[BenchmarkImage],
        chosen: Mapping[str, Sequence[tuple[str, str]]],
    ) -> Iterator[Any]:  # `Copy`, or tagged an example
        name = share.part.name
        mixed = [key for _, key in chosen.get(name, ())]
        wanted = set(mixed[share.number :: share.of])
        if not wanted:
            return
        if self._benchmarks is None:
            self._benchmarks = {
                benchmark: _Planting(
                    ConfirmingMatcher(of, self._max_distance),
                    _clearest(of, [key for _, key in chosen[benchmark]]),
                )
                for benchmark, of in _by_benchmark(images).items()
            }
        matcher, example = self._benchmarks[name]
        for image in read_part(share.part):
            if image.key not in wanted:
                continue
            planted = list(plant_copies(image.body, _seed(image.key)))
            found = found_up_to(matcher, image.key, [copy.image for copy in planted])
            yield from ((name, transform, limit) for transform, limit in found.items())
            if image.key == example:
                yield beam.TaggedOutput("examples", ((name, ORIGINAL), make_thumbnail(image.body)))
                for copy in planted:
                    shown = (name, copy.image.pool_key), _example(copy)
                    yield beam.TaggedOutput("examples", shown)


class _Planting(NamedTuple):
    """What copies of a benchmark are looked for with, and the picture to show."""

    matcher: ConfirmingMatcher
    example: str


def _clearest(images: Sequence[BenchmarkImage], keys: Sequence[str]) -> str:
    """Returns which of the first `keys` has the most contrast: its alterations are seen best."""
    some = set(keys[:_LOOKED_AT])
    shown = [image for image in images if image.key in some]
    spread = thumbnails_of(shown).grey.std(axis=(1, 2))
    return shown[int(spread.argmax())].key


class _Slice(NamedTuple):
    """One of `of` workers that share the chosen pictures of a part."""

    part: SourcePart
    number: int
    of: int


def _slices(parts: Sequence[SourcePart]) -> list[_Slice]:
    """Cuts the parts that hold pixels."""
    slices = []
    for _, group in groupby(parts, key=_name_of):
        here = [part for part in group if part.kind is not SourceKind.INDEX]
        count = -(-_SLICES // max(1, len(here)))
        slices += [_Slice(part, number, count) for part in here for number in range(count)]
    return slices


def _shown_images(part: SourcePart) -> Iterator[BenchmarkImage]:
    for item in hash_part(part, fingerprint_image):
        if isinstance(item, BenchmarkImage) and item.thumbnail is not None:
            yield item


def _by_benchmark(images: Sequence[BenchmarkImage]) -> dict[str, list[BenchmarkImage]]:
    ordered = sorted(images, key=_image_key)
    return {name: list(group) for name, group in groupby(ordered, key=_benchmark_of)}


def _example(copy: Planted) -> bytes:
    resize = Resize(
        image_size=EXAMPLE_PX, resize_mode="keep_ratio_largest", resize_only_if_bigger=True
    )
    return encode_image(resize(copy.pixels), "jpg", THUMBNAIL_QUALITY)


def _seed(key: str) -> int:
    return int(mix(key)[:8], 16)


def _has_thumbnail(image: PoolImage) -> bool:
    return image.thumbnail is not None


def _no_score(image: BenchmarkImage) -> tuple[ImageKey, float]:
    return _image_key(image), -1.0


def _mixed_key(image: BenchmarkImage) -> tuple[str, tuple[str, str]]:
    return image.benchmark, (mix(image.key), image.key)


def _image_key(image: BenchmarkImage) -> ImageKey:
    return image.benchmark, image.key


def _benchmark_of(image: BenchmarkImage) -> str:
    return image.benchmark


def _name_of(part: SourcePart) -> str:
    return part.name
