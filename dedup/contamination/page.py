"""The contamination report as one HTML page: needs no network, runs no script but its own."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from markupsafe import Markup

from dedup.contamination.charts import (
    BAR_HEIGHT,
    HASH_METHODS,
    WHISKER_WIDTH,
    Bar,
    Curve,
    ScoreBar,
    Whisker,
    axis_end,
    distance_bars,
    overlap_curve,
    score_bars,
    whisker,
)
from dedup.contamination.gallery import Thumbnails, make_gallery, shown_matches
from dedup.contamination.page_environment import page_environment
from dedup.contamination.recall import MEASURED_PHOTOS, recall_at
from dedup.contamination.report import Report
from dedup.contamination.statistics import overlap_interval
from dedup.contamination.verdicts import Verdicts
from schemas.records import Match

MAX_CLASSES_SHOWN = 20  # of each benchmark; the others are in report.json


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRow:
    """Overlap within one class."""

    label: str
    images: int
    overlap: int
    ci95: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkSection:
    """What the page shows of one benchmark."""

    name: str
    figures: Report
    whisker: Whisker
    bars: list[Bar]
    scores: list[ScoreBar]
    curve: Curve
    classes: list[ClassRow]
    num_pairs: int
    num_shown: int


def render_page(
    report: Report,
    matches: Sequence[Match],
    thumbnails: Thumbnails,
    verdicts: Verdicts | None = None,
) -> str:
    """Returns the page; equal arguments give equal text.

    Args:
        report: From `make_report`.
        matches: All of them; the charts count every one.
        thumbnails: JPEG bytes by `benchmark_thumbnail` and `pool_thumbnail` of `shown_matches`;
            where one is missing the page says so.
        verdicts: Shown on the pairs that have one.
    """
    gallery = make_gallery(shown_matches(matches), thumbnails, verdicts or {})
    script = _file("gallery.js")
    benchmarks = report["benchmarks"]
    end = axis_end(figures["ci95"][1] for figures in benchmarks.values())
    sections = [
        _section(name, figures, end, matches, gallery.shown[name])
        for name, figures in sorted(benchmarks.items())
    ]
    scores = {figures["min_score"] for figures in benchmarks.values() if "min_score" in figures}
    distances = {figures["max_distance"] for figures in benchmarks.values()}
    return (
        page_environment("dedup.contamination")
        .get_template("report.html.j2")
        .render(
            report=report,
            sections=sections,
            # Ours, and JSON without a sign that HTML knows (`make_gallery`): all else is escaped.
            pairs=Markup(gallery.data),
            script=Markup(script),
            script_hash=_csp_hash(script),
            end=end,
            is_aligned=bool(scores),
            scores=sorted(scores),
            width=WHISKER_WIDTH,
            bar_height=BAR_HEIGHT,
            max_distance=max(distances, default=0),
            recalls=recall_at(max(distances, default=0)),
            photos=MEASURED_PHOTOS,
        )
    )


def _section(
    name: str, figures: Report, end: float, matches: Sequence[Match], num_shown: int
) -> BenchmarkSection:
    found = [match for match in matches if match.benchmark == name]
    by_hash = [match for match in found if match.method in HASH_METHODS]
    return BenchmarkSection(
        name=name,
        figures=figures,
        whisker=whisker(figures["overlap_rate"], figures["ci95"], end),
        bars=distance_bars(by_hash, figures["max_distance"]),
        scores=score_bars(found),
        curve=overlap_curve(by_hash, figures["images"], figures["max_distance"]),
        classes=_class_rows(figures),
        num_pairs=len(found),
        num_shown=num_shown,
    )


def _class_rows(figures: Report) -> list[ClassRow]:
    """Returns the classes with the most overlap first."""
    classes = [
        ClassRow(
            label=label,
            images=counts["images"],
            overlap=counts["overlap"],
            ci95=overlap_interval(counts["overlap"], counts["images"]),
        )
        for label, counts in figures.get("classes", {}).items()
    ]
    return sorted(classes, key=_by_overlap)[:MAX_CLASSES_SHOWN]


def _by_overlap(row: ClassRow) -> tuple[int, str]:
    return -row.overlap, row.label


def _csp_hash(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"sha256-{digest}"


def _file(name: str) -> str:
    return files("dedup.contamination").joinpath(name).read_text(encoding="utf-8")
