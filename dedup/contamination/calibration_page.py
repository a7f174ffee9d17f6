"""The calibration as one HTML page: needs no network, runs no script."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass

from dedup.contamination.calibration import Calibration, Calibrations, PlantedRecall
from dedup.contamination.calibration_charts import (
    HEIGHT,
    WIDTH,
    Histogram,
    SizeCurve,
    histogram,
    size_curve,
)
from dedup.contamination.charts import WHISKER_WIDTH, Whisker, whisker
from dedup.contamination.page_environment import page_environment
from dedup.verify.threshold import MAX_SCORE

ORIGINAL = "original"

Examples = Mapping[tuple[str, str], bytes]  # JPEG bytes by benchmark and transform


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallRow:
    """One way of altering: how many were found, and one that was planted.

    Attributes:
        picture: Data URI; None where there is none to show.
    """

    recall: PlantedRecall
    whisker: Whisker
    picture: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationSection:
    """What the page shows of one benchmark."""

    name: str
    found: Calibration
    rows: list[RecallRow]
    original: str | None
    histogram: Histogram
    sizes: SizeCurve


def render_calibration(calibrations: Calibrations, examples: Examples) -> str:
    """Returns the page; equal arguments give equal text.

    Args:
        calibrations: Of all benchmarks.
        examples: A picture of each benchmark altered in every way, and as it was (`ORIGINAL`).
    """
    sections = [
        _section(name, found, calibrations.pool_images, examples)
        for name, found in sorted(calibrations.benchmarks.items())
    ]
    return (
        page_environment("dedup.contamination")
        .get_template("calibration.html.j2")
        .render(
            calibrations=calibrations,
            sections=sections,
            width=WIDTH,
            height=HEIGHT,
            whisker_width=WHISKER_WIDTH,
            max_score=MAX_SCORE,
        )
    )


def _section(
    name: str, found: Calibration, pool_images: int, examples: Examples
) -> CalibrationSection:
    rows = [
        RecallRow(
            recall=recall,
            whisker=whisker(recall.found / recall.planted, recall.ci95, 1.0),
            picture=_picture(examples, name, recall.transform),
        )
        for recall in found.transforms
        if recall.planted
    ]
    return CalibrationSection(
        name=name,
        found=found,
        rows=rows,
        original=_picture(examples, name, ORIGINAL),
        histogram=histogram(found),
        sizes=size_curve(found, pool_images),
    )


def _picture(examples: Examples, benchmark: str, transform: str) -> str | None:
    jpeg = examples.get((benchmark, transform))
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}" if jpeg else None
