"""The contamination report: JSON, matches, page, Markdown and LaTeX, written once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import apache_beam as beam

from dedup.contamination.appendix import appendix, latex_table
from dedup.contamination.between import Between, between_order, between_row
from dedup.contamination.evidence import Evidence
from dedup.contamination.gallery import (
    Thumbnails,
    benchmark_thumbnail,
    pool_thumbnail,
    shown_matches,
)
from dedup.contamination.match import match_order
from dedup.contamination.page import render_page
from dedup.contamination.records import SourceKind, SourcePart
from dedup.contamination.report import make_report, report_json
from dedup.contamination.sources import read_part, split_source
from pipeline.download.hash_image import make_thumbnail
from pipeline.recipe.dedupe import Contamination
from pipeline.shards.find_images import find_captions, find_images
from pipeline.shards.manifest import FileEntry, describe_file
from pipeline.shards.storage import join, write_bytes
from pipeline.shards.table import write_table
from pipeline.stages.measure_contamination import Overlap
from pipeline.stages.stage import Stage
from schemas.records import Match
from schemas.tables import BETWEEN, MATCHES, match_to_row

REPORT_FILES = ("matches.parquet", "report.html", "report.json", "report.md", "report.tex")
BETWEEN_FILE = "between.parquet"  # only where it was asked for


class FindImages(Protocol):
    """Where a report finds what belongs to matched pool images."""

    def __call__(self, keys: set[str]) -> Iterator[tuple[str, bytes]]:
        """Yields `(pool_key, bytes)`."""

    def captions(self, keys: set[str]) -> dict[str, str]:
        """Returns captions by pool key."""


@dataclass(frozen=True)
class PoolImages:
    """Finds the stored images of a pool or dataset by uid."""

    folder: str

    def __call__(self, keys: set[str]) -> Iterator[tuple[str, bytes]]:
        """Yields `(uid, bytes)`."""
        return find_images(self.folder, keys)

    def captions(self, keys: set[str]) -> dict[str, str]:
        """Returns the captions by uid."""
        return find_captions(self.folder, keys)


@dataclass(frozen=True)
class PartImages:
    """Finds plain images by their key, reading their source once more."""

    parts: tuple[SourcePart, ...]

    def __call__(self, keys: set[str]) -> Iterator[tuple[str, bytes]]:
        """Yields `(key, bytes)`."""
        return _find_in_parts(self.parts, keys)

    def captions(self, keys: set[str]) -> dict[str, str]:
        """Returns none: plain images have no captions that we know the place of."""
        del keys
        return {}


@dataclass
class WriteReport(Stage):
    """Writes the report and returns the entries of its files.

    Attributes:
        out: Folder of the report.
        relative_to: What the entries' paths are relative to.
        find_pool_images: Yields `(pool_key, bytes)` of those asked for.
    """

    out: str
    relative_to: str
    contamination: Contamination
    find_pool_images: FindImages
    evidence: Evidence = field(default_factory=Evidence)

    def expand(self, measured: tuple[Overlap, beam.PCollection]) -> beam.PCollection:
        overlap, pool_size = measured
        return (
            pool_size.pipeline
            | beam.Create([None])
            | "Write"
            >> beam.FlatMap(
                _write_report,
                self,
                matches=beam.pvalue.AsList(overlap.matches),
                sizes=beam.pvalue.AsDict(overlap.sizes),
                labels=beam.pvalue.AsDict(overlap.labels),
                pool_size=beam.pvalue.AsSingleton(pool_size),
                between=beam.pvalue.AsList(overlap.between),
            )
        )


def _write_report(
    impulse: None,
    stage: WriteReport,
    *,
    matches: Sequence[Match],
    sizes: Mapping[tuple[str, str], int],
    labels: Mapping[tuple[str, str], str | None],
    pool_size: int,
    between: Sequence[Between],
) -> Iterator[FileEntry]:
    del impulse
    contamination = stage.contamination
    ordered = sorted(matches, key=match_order)
    report = make_report(
        ordered,
        {name: sizes.get((name, "images"), 0) for name in sorted(contamination.benchmarks)},
        pool_size,
        contamination.max_distance,
        undecodable={
            name: sizes.get((name, "undecodable"), 0) for name in contamination.benchmarks
        },
        min_scores={name: contamination.least_score(name) for name in contamination.benchmarks},
        evidence=stage.evidence,
        labels=labels,
        captions=stage.find_pool_images.captions({match.pool_key for match in ordered}),
        between=between if contamination.within else None,
    )
    thumbnails = _thumbnails(
        shown_matches(ordered), contamination.benchmarks, stage.find_pool_images
    )
    write_table(join(stage.out, "matches.parquet"), map(match_to_row, ordered), MATCHES)
    page = render_page(report, ordered, thumbnails, stage.evidence.verdicts)
    write_bytes(join(stage.out, "report.html"), page.encode())
    write_bytes(join(stage.out, "report.md"), appendix(report).encode())
    write_bytes(join(stage.out, "report.tex"), latex_table(report).encode())
    write_bytes(join(stage.out, "report.json"), report_json(report).encode())
    names = list(REPORT_FILES)
    if contamination.within:
        rows = map(between_row, sorted(between, key=between_order))
        write_table(join(stage.out, BETWEEN_FILE), rows, BETWEEN)
        names.append(BETWEEN_FILE)
    for name in sorted(names):
        path = join(stage.out, name).removeprefix(stage.relative_to).lstrip("/")
        yield describe_file(stage.relative_to, path)


def _thumbnails(
    matches: Sequence[Match], benchmarks: Mapping[str, str], find_pool_images: FindImages
) -> Thumbnails:
    pool_keys = {match.pool_key: pool_thumbnail(match) for match in matches}
    found = {pool_keys[key]: make_thumbnail(body) for key, body in find_pool_images(set(pool_keys))}
    for name in sorted({match.benchmark for match in matches}):
        keys = {m.benchmark_key: benchmark_thumbnail(m) for m in matches if m.benchmark == name}
        for key, body in _find_in_parts(split_source(name, benchmarks[name]), set(keys)):
            found[keys[key]] = make_thumbnail(body)
    return found


def _find_in_parts(parts: Iterable[SourcePart], keys: set[str]) -> Iterator[tuple[str, bytes]]:
    missing = set(keys)
    for part in parts:
        if not missing or part.kind is SourceKind.INDEX:  # an index holds no pixels
            return
        for image in read_part(part):
            if image.key in missing:
                missing.discard(image.key)
                yield image.key, image.body
