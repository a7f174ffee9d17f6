"""The calibration: JSON, Markdown and page, written once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import apache_beam as beam

from dedup.contamination.calibration import Calibrations, Wanted, calibrate
from dedup.contamination.calibration_file import calibration_json, calibration_table
from dedup.contamination.calibration_page import render_calibration
from dedup.verify.plant import PLANTS
from pipeline.shards.storage import join, write_bytes
from pipeline.stages.calibrate_benchmarks import CalibrationParts, Copy, ImageKey
from pipeline.stages.stage import Stage
from schemas.errors import UserError

JSON, TABLE, PAGE = "calibration.json", "calibration.md", "calibration.html"


@dataclass
class WriteCalibration(Stage):
    """Writes the calibration of every benchmark, and returns the names of its files.

    Attributes:
        out: Folder.
        benchmarks: Source by name.
        max_distance: Of hashes, as it was searched with.
        pool_size: Of the real pool, if what was looked in is a part of it.
    """

    out: str
    benchmarks: Mapping[str, str]
    max_distance: int
    wanted: Wanted
    pool_size: int | None = None

    def expand(self, parts: CalibrationParts) -> beam.PCollection:
        return (
            parts.pool_size.pipeline
            | beam.Create([None])
            | beam.FlatMap(
                _write,
                self,
                scores=beam.pvalue.AsIter(parts.scores),
                copies=beam.pvalue.AsIter(parts.copies),
                examples=beam.pvalue.AsDict(parts.examples),
                pool_images=beam.pvalue.AsSingleton(parts.pool_size),
            )
        )


def _write(
    impulse: None,
    stage: WriteCalibration,
    *,
    scores: Iterable[tuple[ImageKey, float]],
    copies: Iterable[Copy],
    examples: Mapping[tuple[str, str], bytes],
    pool_images: int,
) -> Iterator[str]:
    del impulse
    if not pool_images:
        raise UserError("the pool has no pictures to look for the benchmark in")
    found = _collect(stage, scores, copies, pool_images)
    page = render_calibration(found, examples)
    for name, text in (
        (TABLE, calibration_table(found)),
        (PAGE, page),
        (JSON, calibration_json(found)),
    ):
        write_bytes(join(stage.out, name), text.encode())
        yield name


def _collect(
    stage: WriteCalibration,
    scores: Iterable[tuple[ImageKey, float]],
    copies: Iterable[Copy],
    pool_images: int,
) -> Calibrations:
    scores_of = defaultdict[str, list[float]](list)
    for (benchmark, _), score in scores:
        scores_of[benchmark].append(score)
    limits: dict[str, dict[str, list[float]]] = {
        name: {transform: [] for transform in PLANTS} for name in stage.benchmarks
    }
    for benchmark, transform, limit in copies:
        limits[benchmark][transform].append(limit)
    for name, source in stage.benchmarks.items():
        if name not in scores_of:
            raise UserError(
                f"{source}: no thumbnails to align; an index needs `benchmark-index --thumbnails`"
            )
    size = stage.pool_size or pool_images
    growth = max(1.0, size / pool_images)
    return Calibrations(
        pool_images=pool_images,
        pool_size=size,
        max_distance=stage.max_distance,
        benchmarks={
            name: calibrate(scores_of[name], limits[name], stage.wanted, growth)
            for name in sorted(stage.benchmarks)
        },
    )
