"""The steps of `webimagetext calibrate`."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from rich.console import Console
from rich.progress import track

from cli.pools import has_hashes
from dedup.contamination.calibration import Calibration, NullScores, measure_recall, thumbnails_of
from dedup.contamination.confirm import ConfirmingMatcher
from dedup.contamination.records import SourceKind
from dedup.contamination.sources import hash_part, read_part, split_source
from dedup.verify.threshold import choose_threshold, judge_threshold
from pipeline.download.hash_image import fingerprint_image
from pipeline.download.planted import Planted, plant_copies
from pipeline.recipe.dedupe import Contamination
from pipeline.shards.find_images import table_folder
from pipeline.shards.fingerprints import read_fingerprints
from pipeline.shards.storage import list_files
from schemas.errors import RecordError, UserError
from schemas.records import BenchmarkImage, PoolImage

_BATCH: Final = 4096


def calibrate_benchmark(
    section: Contamination,
    pool: str,
    *,
    pool_size: int | None,
    false_rate: float,
    min_score: float | None,
    distractors: int,
    originals: int,
    console: Console,
) -> Calibration:
    """Returns the threshold for one benchmark and a pool, and the recall at it."""
    ((name, source),) = section.benchmarks.items()
    images = list(_hashed(name, source))
    pictures = [image for image in images if image.thumbnail is not None]
    if not pictures:
        raise UserError(f"{source}: no thumbnails to align; an index needs `benchmark-index`'s")
    null = NullScores(thumbnails_of(pictures))
    for batch in track(
        _batches(islice(pool_images(pool), distractors)),
        "looking for negatives",
        console=console,
        transient=True,
    ):
        null.add(thumbnails_of(batch))
    if not null.num_pictures:
        raise UserError(f"{pool}: no pictures to look for the benchmark in")
    size = pool_size or null.num_pictures
    growth = max(1.0, size / null.num_pictures)
    scores = null.scores.tolist()
    if min_score is None:
        threshold = choose_threshold(scores, false_rate, growth)
    else:
        threshold = judge_threshold(scores, min_score, growth)
    matcher = ConfirmingMatcher(images, section.max_distance, threshold.min_score)
    return Calibration(
        benchmark=name,
        images=len(pictures),
        pool_images=null.num_pictures,
        pool_size=size,
        max_distance=section.max_distance,
        threshold=threshold,
        hits=sum(score >= threshold.min_score for score in scores),
        transforms=measure_recall(matcher, _plant(name, source, max(1, len(images) // originals))),
    )


def pool_images(pool: str) -> Iterator[PoolImage]:
    """Yields the pictures of a pool, a dataset or a plain source, with their thumbnails."""
    if has_hashes(pool):
        for table in list_files(table_folder(pool), ".parquet"):
            yield from read_fingerprints(pool, table, fingerprint_image)
        return
    for image in _hashed("pool", pool):
        yield PoolImage(
            pool_key=image.key,
            sha256=image.sha256,
            phash=image.phash,
            thumbnail=image.thumbnail,
        )


def _batches(images: Iterator[PoolImage]) -> Iterator[list[PoolImage]]:
    while batch := list(islice(images, _BATCH)):
        yield batch


def _hashed(name: str, source: str) -> Iterator[BenchmarkImage]:
    for part in split_source(name, source):
        for item in hash_part(part, fingerprint_image):
            if isinstance(item, BenchmarkImage):
                yield item


def _plant(name: str, source: str, step: int) -> Planted:
    """Returns planted copies of every `step`-th picture that decodes; none of a saved index."""
    parts = [part for part in split_source(name, source) if part.kind is not SourceKind.INDEX]
    images = (image for part in parts for image in read_part(part))
    chosen = ((image.key, image.body) for image in islice(images, 0, None, step))
    return plant_copies(pair for pair in chosen if _decodes(pair[1]))


def _decodes(body: bytes) -> bool:
    try:
        fingerprint_image(body)
    except RecordError:
        return False
    return True
