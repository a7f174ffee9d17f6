"""The contamination report as one HTML page that needs no network and runs no script."""

import base64
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dedup.contamination.charts import (
    BAR_HEIGHT,
    WHISKER_WIDTH,
    Bar,
    Whisker,
    axis_end,
    distance_bars,
    whisker,
)
from dedup.contamination.match import match_order
from dedup.contamination.page_environment import page_environment
from dedup.contamination.recall import MEASURED_PHOTOS, recall_at
from dedup.contamination.report import Report
from schemas.records import Match

MAX_PAIRS_SHOWN = 200  # of each benchmark: with 10 kB thumbnails a page of some 5 MB
POOL = "pool"

Thumbnails = Mapping[tuple[str, str], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPair:
    """A matched pair with its pictures as data: URIs, None where there is no thumbnail."""

    match: Match
    benchmark_picture: str | None
    pool_picture: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkSection:
    """What the page shows of one benchmark."""

    name: str
    figures: Report
    whisker: Whisker
    bars: list[Bar]
    pairs: list[ShownPair]
    num_pairs: int


def benchmark_thumbnail(match: Match) -> tuple[str, str]:
    """Returns the key of a match's benchmark picture among the thumbnails."""
    return f"benchmark:{match.benchmark}", match.benchmark_key


def pool_thumbnail(match: Match) -> tuple[str, str]:
    """Returns the key of a match's pool picture among the thumbnails."""
    return POOL, match.pool_key


def shown_matches(matches: Sequence[Match]) -> list[Match]:
    """Returns the matches that the page shows, and so needs thumbnails of.

    At most `MAX_PAIRS_SHOWN` of each benchmark: the best pair of every benchmark image before the
    second best of any, so that one picture with many copies does not crowd out the others.
    """
    copies: dict[tuple[str, str], int] = defaultdict(int)
    ranked: dict[str, list[tuple[int, Match]]] = defaultdict(list)
    for match in sorted(matches, key=match_order):
        image = (match.benchmark, match.benchmark_key)
        ranked[match.benchmark].append((copies[image], match))
        copies[image] += 1
    return [
        match
        for name in sorted(ranked)
        for _, match in sorted(ranked[name], key=lambda pair: pair[0])[:MAX_PAIRS_SHOWN]
    ]


def render_page(report: Report, matches: Sequence[Match], thumbnails: Thumbnails) -> str:
    """Returns the page; equal arguments give equal text.

    Args:
        report: From `make_report`.
        matches: All of them; the charts count every one.
        thumbnails: JPEG bytes by `benchmark_thumbnail` and `pool_thumbnail` of `shown_matches`;
            where one is missing the page says so.
    """
    shown = [_shown_pair(match, thumbnails) for match in shown_matches(matches)]
    benchmarks = report["benchmarks"]
    end = axis_end(figures["ci95"][1] for figures in benchmarks.values())
    sections = [
        _section(name, figures, end, matches, shown) for name, figures in sorted(benchmarks.items())
    ]
    distances = {figures["max_distance"] for figures in benchmarks.values()}
    return (
        page_environment("dedup.contamination")
        .get_template("report.html.j2")
        .render(
            report=report,
            sections=sections,
            end=end,
            width=WHISKER_WIDTH,
            bar_height=BAR_HEIGHT,
            max_distance=max(distances, default=0),
            recalls=recall_at(max(distances, default=0)),
            photos=MEASURED_PHOTOS,
        )
    )


def _section(
    name: str, figures: Report, end: float, matches: Sequence[Match], shown: list[ShownPair]
) -> BenchmarkSection:
    found = [match for match in matches if match.benchmark == name]
    return BenchmarkSection(
        name=name,
        figures=figures,
        whisker=whisker(figures["overlap_rate"], figures["ci95"], end),
        bars=distance_bars(found, figures["max_distance"]),
        pairs=[pair for pair in shown if pair.match.benchmark == name],
        num_pairs=len(found),
    )


def _shown_pair(match: Match, thumbnails: Thumbnails) -> ShownPair:
    return ShownPair(
        match=match,
        benchmark_picture=_data_uri(thumbnails.get(benchmark_thumbnail(match))),
        pool_picture=_data_uri(thumbnails.get(pool_thumbnail(match))),
    )


def _data_uri(jpeg: bytes | None) -> str | None:
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}" if jpeg else None
