"""Stage 3: at most t pairs a query (CLIP, section 2.2), drawn from counts alone (MetaCLIP, Alg. 1).

Candidates pass once to be matched and once to be drawn; between the two lie only the counts of the
queries. The queries' report goes to `queries/`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import apache_beam as beam

from pipeline.queries.query_list import read_facts, read_list
from pipeline.queries.report import (
    count_rows,
    make_report,
    rank_svg,
    render_page,
    report_json,
)
from pipeline.query_draw import (
    Units,
    draw_candidate,
    limit_for_target,
    limit_without_units,
    no_units,
    units_of,
)
from pipeline.query_steps import query_steps
from pipeline.recipe.queries import Queries
from pipeline.shards.manifest import FileEntry, describe_file, hash_file
from pipeline.shards.storage import join, write_bytes
from pipeline.shards.table import write_table
from pipeline.stages.run_steps import RunSteps
from pipeline.stages.stage import Parted, Split, Stage, StageResult, settle
from schemas.outcomes import Stage as Stages
from schemas.records import Candidate
from schemas.tables import QUERY_COUNTS

FOLDER = "queries"


class Balanced(NamedTuple):
    """What goes on, and what the end must wait for.

    Attributes:
        kept: Candidates.
        results: For the ledger and the accounts.
        files: Entries of the report's files.
    """

    kept: beam.PCollection
    results: list[StageResult]
    files: list[beam.PCollection]


def balance_if_asked(
    selected: StageResult, queries: Queries, out: str, progress: str | None
) -> Balanced:
    """Adds the stage behind `selected` if the recipe names a query list."""
    if queries.list is None:
        return Balanced(selected.kept, [selected], [])
    drawn = selected.kept | BalanceQueries(queries, out, progress)
    return Balanced(drawn.result.kept, [selected, drawn.result], [drawn.files])


class Drawn(NamedTuple):
    """A stage result with the entries of the report's files."""

    result: StageResult
    files: "beam.PCollection[FileEntry]"


@dataclass
class BalanceQueries(Stage):
    """Rejects texts without a query, and of frequent queries all pairs but those drawn.

    Attributes:
        queries: The recipe's section; its list is a file, from `query_list.list_path`.
        out: Folder in which the report's is made.
    """

    queries: Queries
    out: str
    progress: str | None = None

    def expand(self, candidates: beam.PCollection) -> Drawn:
        steps = query_steps(self.queries)
        matched, unmatched = candidates | "Match" >> RunSteps(Stages.BALANCE, steps)
        before = matched | "Before" >> CountQueries()
        limit = (matched, before) | ChooseLimit(self.queries)
        heads = (
            before
            | "Heads" >> beam.Filter(_is_above, beam.pvalue.AsSingleton(limit))
            | "HeadCounts" >> beam.combiners.ToDict()
        )
        drawn = matched | "Draw" >> beam.Map(
            draw_candidate,
            max_pairs=beam.pvalue.AsSingleton(limit),
            counts=beam.pvalue.AsSingleton(heads),
            seed=self.queries.seed,
        )
        kept, undrawn = drawn | "Drawn" >> Split()
        settled = Parted(kept, (*unmatched, undrawn))
        result = settle(Stages.BALANCE, candidates, settled, self.progress)
        sizes = [
            collection | name >> beam.combiners.Count.Globally()
            for name, collection in (("In", candidates), ("Of", matched), ("Kept", result.kept))
        ]
        files = limit | "Report" >> beam.FlatMap(
            _write_report,
            folder=self.out,
            list_file=self.queries.list,
            before=beam.pvalue.AsDict(before),
            after=beam.pvalue.AsDict(result.kept | "After" >> CountQueries()),
            came=beam.pvalue.AsSingleton(sizes[0]),
            held=beam.pvalue.AsSingleton(sizes[1]),
            kept=beam.pvalue.AsSingleton(sizes[2]),
        )
        return Drawn(result, files)


@dataclass
class CountQueries(Stage):
    """Yields `(query, pairs)` of every query that some candidate holds."""

    def expand(self, candidates: beam.PCollection) -> beam.PCollection:
        return candidates | beam.FlatMap(_queries_of) | beam.combiners.Count.PerElement()


@dataclass
class ChooseLimit(Stage):
    """Yields t once: the recipe's, or the one that gives the tail share or the size it asks for."""

    queries: Queries

    def expand(self, counted: tuple[beam.PCollection, beam.PCollection]) -> beam.PCollection:
        matched, before = counted
        once = matched.pipeline | beam.Create([None])
        if self.queries.target_pairs:
            counts = beam.pvalue.AsDict(before)
            largest = before | beam.Values() | beam.CombineGlobally(_largest)
            units = (
                matched
                | beam.CombineGlobally(
                    _SumUnits(), counts, beam.pvalue.AsSingleton(largest)
                ).without_defaults()
            )
            return once | beam.Map(
                _limit_for_target,
                self.queries.target_pairs,
                beam.pvalue.AsIter(units),
                beam.pvalue.AsSingleton(largest),
            )
        if self.queries.tail_share:
            return once | beam.Map(_limit_for_tail, self.queries, beam.pvalue.AsIter(before))
        return once | beam.Map(_given, self.queries)


class _SumUnits(beam.CombineFn):
    """Adds up every pair's chance at each t of the grid."""

    def create_accumulator(self, counts: Mapping[str, int], largest: int) -> Units:
        return no_units(largest)

    def add_input(
        self, accumulator: Units, candidate: Candidate, counts: Mapping[str, int], largest: int
    ) -> Units:
        return accumulator + units_of(candidate, counts, largest)

    def merge_accumulators(
        self, accumulators: Iterable[Units], counts: Mapping[str, int], largest: int
    ) -> Units:
        return sum(accumulators, no_units(largest))

    def extract_output(self, accumulator: Units, counts: Mapping[str, int], largest: int) -> Units:
        return accumulator


def _largest(counts: Iterable[int]) -> int:
    return max(counts, default=0)


def _limit_for_target(impulse: None, target: int, units: Iterable[Units], largest: int) -> int:
    del impulse
    return limit_for_target(target, next(iter(units), None), largest)


def _limit_for_tail(impulse: None, queries: Queries, before: Iterable[tuple[str, int]]) -> int:
    del impulse
    return limit_without_units(queries, (count for _, count in before))


def _given(impulse: None, queries: Queries) -> int:
    del impulse
    return limit_without_units(queries, ())


def _is_above(counted: tuple[str, int], max_pairs: int) -> bool:
    return counted[1] > max_pairs


def _queries_of(candidate: Candidate) -> Sequence[str]:
    return candidate.queries


def _write_report(
    max_pairs: int,
    *,
    folder: str,
    list_file: str,
    before: Mapping[str, int],
    after: Mapping[str, int],
    came: int,
    held: int,
    kept: int,
) -> Iterator[FileEntry]:
    rows = count_rows(before, after, max_pairs)
    report = make_report(
        rows, max_pairs=max_pairs, pairs=(came, held, kept), list_size=len(read_list(list_file))
    )
    report["list"] = {"sha256": hash_file(list_file)[1], **read_facts(list_file)}
    out = join(folder, FOLDER)
    write_table(join(out, "counts.parquet"), rows, QUERY_COUNTS)
    texts = {
        "report.json": report_json(report),
        "report.html": render_page(report, rows),
        "rank.svg": rank_svg(rows, max_pairs),
    }
    for name, text in texts.items():
        write_bytes(join(out, name), text.encode())
    for name in ("counts.parquet", *texts):
        yield describe_file(folder, f"{FOLDER}/{name}")
