"""Builds WIT's query list: dumps and page views to `queries.parquet` (CLIP, section 2.2).

Terms never go through a shuffle: workers leave them as sorted runs on disk, and each bucket of
terms is summed by one worker (`pipeline.queries.runs`). What passes between workers is the names of
runs and the terms that reach a threshold.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apache_beam as beam

from pipeline.progress import writer_for
from pipeline.queries.assemble import PAIR, Pair, assemble, count_sources
from pipeline.queries.count import TermCounts, count_page
from pipeline.queries.dump import DumpPart, Page, cut_dump, read_pages
from pipeline.queries.options import ListOptions
from pipeline.queries.pageviews import read_views
from pipeline.queries.query_list import LIST_FILE, write_list
from pipeline.queries.runs import (
    MAX_TERMS,
    NUM_BUCKETS,
    Kind,
    merge_bucket,
    run_path,
    write_run,
)
from pipeline.queries.wordnet import read_synsets, wordnet_files
from pipeline.shards.claim import WORK
from pipeline.shards.manifest import hash_file
from pipeline.shards.storage import join, write_bytes
from pipeline.stages.stage import Stage
from pipeline.stages.table import WriteTable
from schemas.errors import RecordFailed
from schemas.outcomes import Stage as Stages
from schemas.records import LedgerRow
from schemas.tables import LEDGER, ledger_to_row

FACTS = f"{WORK}/queries.json"
RUNS = f"{WORK}/runs"

Run = tuple[Kind, str]  # and its path
Tally = tuple[str, int]


@dataclass(frozen=True, kw_only=True)
class QueriesPlan:
    """What the list is made of.

    Attributes:
        out: Output folder.
        dumps: MediaWiki dumps, each with its size in bytes.
        pageviews: Hourly page view files.
        project: Of the page views, such as `en`.
        wordnet: Folder or WN-LMF file.
        progress: Folder for live counts, if somebody watches.
    """

    options: ListOptions
    out: str
    dumps: Sequence[tuple[str, int]] = ()
    pageviews: Sequence[str] = ()
    project: str = "en"
    wordnet: str | None = None
    progress: str | None = None

    @property
    def sources(self) -> list[tuple[str, str]]:
        """Kind and path of every file that is read."""
        wordnet = wordnet_files(Path(self.wordnet)) if self.wordnet else []
        return [
            *(("wikipedia", path) for path, _ in self.dumps),
            *(("pageviews", path) for path in self.pageviews),
            *(("wordnet", str(path)) for path in wordnet),
        ]


def build_queries(root: beam.Pipeline, plan: QueriesPlan) -> None:
    """Adds the whole way to `root`: from dumps to `out/queries.parquet` and `out/ledger/`."""
    pages = root | "CountPages" >> CountPages(plan)
    views = root | "CountViews" >> CountViews(plan)
    runs = beam.pvalue.AsList((pages.run, views.run) | "Runs" >> beam.Flatten())
    tally = (pages.tally, views.tally) | "Tally" >> beam.Flatten() | beam.CombinePerKey(sum)
    problems = (pages.problem, views.problem) | "Problems" >> beam.Flatten()
    problems | WriteTable(join(plan.out, "ledger"), LEDGER, ledger_to_row, plan.out)
    buckets = root | beam.Create(range(NUM_BUCKETS)) | beam.Reshuffle()
    words = buckets | beam.FlatMap(merge_words, runs, plan.options)
    pairs = buckets | beam.FlatMap(merge_pairs, runs, beam.pvalue.AsDict(words), plan.options)
    titles = buckets | beam.FlatMap(merge_titles, runs, plan)
    files = root | "Sources" >> beam.Create(plan.sources) | "Hash" >> beam.MapTuple(_describe)
    (
        root
        | "Plan" >> beam.Create([plan])
        | "WriteList"
        >> beam.Map(
            _write_list,
            words=beam.pvalue.AsList(words),
            pairs=beam.pvalue.AsList(pairs),
            titles=beam.pvalue.AsList(titles),
            tally=beam.pvalue.AsDict(tally),
            files=beam.pvalue.AsList(files),
        )
    )


@dataclass
class CountPages(Stage):
    """Dumps to runs of words, bigrams and titles."""

    plan: QueriesPlan

    def expand(self, root: beam.Pipeline) -> Any:
        return (
            root
            | beam.Create(list(enumerate(self.plan.dumps)))
            | beam.FlatMap(_cut)
            | beam.Reshuffle()  # a dump's parts are independent
            | beam.ParDo(_CountPart(self.plan)).with_outputs("problem", "tally", main="run")
        )


@dataclass
class CountViews(Stage):
    """Page views to runs of titles."""

    plan: QueriesPlan

    def expand(self, root: beam.Pipeline) -> Any:
        return (
            root
            | beam.Create(list(enumerate(self.plan.pageviews)))
            | beam.Reshuffle()
            | beam.ParDo(_CountViewsOf(self.plan)).with_outputs("problem", "tally", main="run")
        )


def merge_words(
    bucket: int, runs: Sequence[Run], options: ListOptions
) -> Iterator[tuple[str, int]]:
    """Yields the words that may be queries, or may be part of one.

    A bigram with enough occurrences has words with as many, so nothing is lost for PMI.
    """
    least = min(options.min_word_count, options.min_bigram_count)
    yield from merge_bucket(_paths(runs, "words"), bucket, least).items()


def merge_pairs(
    bucket: int, runs: Sequence[Run], words: Mapping[str, int], options: ListOptions
) -> Iterator[Pair]:
    """Yields the bigrams that occur often enough, with the counts of their words."""
    counts = merge_bucket(_paths(runs, "bigrams"), bucket, options.min_bigram_count)
    for pair, together in counts.items():
        first, second = pair.split(PAIR)
        yield Pair(words=pair, together=together, first=words[first], second=words[second])


def merge_titles(bucket: int, runs: Sequence[Run], plan: QueriesPlan) -> Iterator[tuple[str, int]]:
    """Yields the viewed titles; with a dump, those of its articles alone."""
    views = merge_bucket(_paths(runs, "views"), bucket, plan.options.min_views)
    articles = merge_bucket(_paths(runs, "titles"), bucket) if plan.dumps and views else views
    for title, count in views.items():
        if title in articles:
            yield title, count


def _paths(runs: Sequence[Run], kind: Kind) -> list[str]:
    return sorted(path for k, path in runs if k == kind)


def _cut(numbered: tuple[int, tuple[str, int]]) -> Iterator[tuple[int, DumpPart]]:
    number, (path, size) = numbered
    for part in cut_dump(path, size):
        yield number, part


class _Count(beam.DoFn):
    def __init__(self, plan: QueriesPlan) -> None:
        self._options = plan.options
        self._project = plan.project
        self._folder = join(plan.out, RUNS)
        self._progress = plan.progress

    def _report(self, what: str) -> None:
        if self._progress:
            writer_for(self._progress).add(Stages.QUERIES, what)

    def finish_bundle(self) -> None:
        if self._progress:
            writer_for(self._progress).flush()

    def _write(self, kind: Kind, place: tuple[int, int, int], counts: Mapping[str, int]) -> Run:
        path = run_path(self._folder, kind, *place)
        write_run(path, counts)
        return kind, path


class _CountPart(_Count):
    """Yields runs; ledger rows and tallies go to the side."""

    def process(self, numbered: tuple[int, DumpPart]) -> Iterator[Any]:
        number, part = numbered
        counts, flushed = TermCounts(), 0
        for item in read_pages(part):
            if isinstance(item, LedgerRow):
                yield beam.TaggedOutput("problem", item)
                continue
            self._count(item, counts, part)
            if counts.is_full:
                yield from self._flush(counts, (number, part.start, flushed))
                counts, flushed = TermCounts(), flushed + 1
        yield from self._flush(counts, (number, part.start, flushed))

    def _count(self, page: Page, counts: TermCounts, part: DumpPart) -> None:
        count_page(page, counts, case=self._options.case, namespaces=part.namespaces)
        self._report("kept")

    def _flush(self, counts: TermCounts, place: tuple[int, int, int]) -> Iterator[Any]:
        for kind, terms in counts.by_kind():
            yield self._write(kind, place, terms)
        for tally in counts.tally.items():
            yield beam.TaggedOutput("tally", tally)


class _CountViewsOf(_Count):
    """Yields runs; ledger rows and tallies go to the side."""

    def process(self, numbered: tuple[int, str]) -> Iterator[Any]:
        number, path = numbered
        counts: Counter[str] = Counter()
        lines = flushed = 0
        try:
            for title, views in read_views(path, self._project):
                counts[title] += views
                lines += 1
                if len(counts) >= MAX_TERMS:
                    yield self._write("views", (number, 0, flushed), counts)
                    counts, flushed = Counter(), flushed + 1
        except RecordFailed as error:
            row = LedgerRow(
                uid=None,
                url=path,
                stage=str(Stages.QUERIES),
                outcome=error.outcome,
                detail=error.detail,
            )
            yield beam.TaggedOutput("problem", row)
        if counts:
            yield self._write("views", (number, 0, flushed), counts)
        yield beam.TaggedOutput("tally", ("view_lines", lines))
        self._report("kept")


def _describe(kind: str, path: str) -> dict[str, Any]:
    size, sha256 = hash_file(path)
    # The name alone: where it lay is nobody else's business.
    return {"kind": kind, "name": path.rsplit("/", 1)[-1], "bytes": size, "sha256": sha256}


def _write_list(
    plan: QueriesPlan,
    *,
    words: Sequence[tuple[str, int]],
    pairs: Sequence[Pair],
    titles: Sequence[tuple[str, int]],
    tally: Mapping[str, int],
    files: Sequence[Mapping[str, Any]],
) -> None:
    queries = assemble(
        plan.options,
        words=words,
        pairs=pairs,
        total=tally.get("words", 0),
        titles=titles,
        synsets=read_synsets(Path(plan.wordnet)) if plan.wordnet else (),
    )
    facts = {
        "sources": sorted(files, key=json.dumps),
        "parameters": plan.options.to_json() | {"project": plan.project},
        "counts": {"queries": count_sources(queries), "read": dict(sorted(tally.items()))},
    }
    write_list(join(plan.out, LIST_FILE), queries, facts)
    write_bytes(join(plan.out, FACTS), json.dumps(facts, indent=1).encode())
