"""The whole graph, in the order of the data."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import apache_beam as beam

from dedup.contamination.evidence import Evidence
from pipeline.crawl.inputs import CrawlInput
from pipeline.recipe.recipe import Recipe
from pipeline.shards.claim import WORK
from pipeline.shards.storage import join
from pipeline.stages.balance_queries import balance_if_asked
from pipeline.stages.before import Before, collect
from pipeline.stages.commit import CommitDataset
from pipeline.stages.count_languages import CountLanguages
from pipeline.stages.crawl_inputs import CrawlInputs
from pipeline.stages.dedupe_images import DedupeImages
from pipeline.stages.download_shards import DownloadShards
from pipeline.stages.filter_images import FilterImages
from pipeline.stages.find_aligned_copies import aligned_if_asked
from pipeline.stages.find_placeholders import ReportPlaceholders
from pipeline.stages.measure_contamination import MeasureContamination
from pipeline.stages.score_images import ScoreImages
from pipeline.stages.select_candidates import SelectCandidates
from pipeline.stages.stage import StageResult
from pipeline.stages.step import StepPlan
from pipeline.stages.steps import is_stored
from pipeline.stages.table import ReadTable, WriteTable
from pipeline.stages.write_report import PoolImages, WriteReport
from pipeline.stages.write_shards import WriteShards
from schemas.records import LedgerRow
from schemas.tables import LEDGER, ledger_to_row, pool_from_row


@dataclass(frozen=True, kw_only=True)
class BuildPlan:
    """What a build needs to know.

    Attributes:
        dataset: Output folder; the pool lies in its `_work/`.
        problems: Ledger rows of inputs that cannot be read.
        evidence: What the contamination report is corrected by.
        progress: Folder for live counts, if somebody watches.
    """

    recipe: Recipe
    inputs: Sequence[CrawlInput]
    problems: Sequence[LedgerRow]
    dataset: str
    evidence: Evidence = field(default_factory=Evidence)
    progress: str | None = None

    @property
    def pool(self) -> str:
        """Folder of the pool."""
        return join(self.dataset, WORK, "pool")


def build(root: beam.Pipeline, plan: BuildPlan) -> None:
    """Adds the whole way to `root`: from inputs to a committed dataset."""
    recipe, watch = plan.recipe, plan.progress
    crawled = root | CrawlInputs(
        plan.inputs, plan.problems, recipe.wanted_crawl, recipe.web, join(plan.dataset, WORK), watch
    )
    selected = crawled.kept | SelectCandidates(recipe.select, recipe.web, watch)
    balanced = balance_if_asked(selected, recipe.queries, plan.dataset, watch)
    _ = balanced.kept | CountLanguages(plan.dataset)
    pooled = balanced.kept | DownloadShards(plan.pool, recipe.download, recipe.web, watch)
    pooled.kept | ReportPlaceholders(plan.pool)
    filtered = pooled.kept | FilterImages(recipe.images, watch)
    aligned = aligned_if_asked(filtered.kept, recipe.dedupe, plan.pool)
    unique = filtered.kept | DedupeImages(recipe.dedupe, watch, aligned)
    results = [crawled, *balanced.results, pooled, filtered, unique]
    if recipe.score.is_asked:
        results.append((unique.kept | ScoreImages(recipe.score, plan.pool, watch)).result)
    finish(
        results[-1].kept,
        results,
        balanced.files,
        recipe=recipe,
        pool=plan.pool,
        dataset=plan.dataset,
        evidence=plan.evidence,
        progress=watch,
    )


def build_from_pairs(
    root: beam.Pipeline, plan: StepPlan, files: Sequence[str], pool: str, evidence: Evidence
) -> None:
    """Adds the end of the way alone, for pairs that earlier commands left in `files`."""
    pairs = root | ReadTable(files, pool_from_row) | beam.Filter(is_stored)
    finish(
        pairs,
        [],
        [],
        recipe=plan.recipe,
        pool=pool,
        dataset=plan.out,
        evidence=evidence,
        progress=plan.progress,
        before=plan.before,
    )


def finish(
    pairs: beam.PCollection,
    results: Sequence[StageResult],
    reports: Sequence[beam.PCollection],
    *,
    recipe: Recipe,
    pool: str,
    dataset: str,
    evidence: Evidence,
    progress: str | None = None,
    before: Before | None = None,
) -> None:
    """Adds the end of the way: overlap, report, shards, ledger, and the commit that waits for all.

    Args:
        pairs: What is left after dedupe.
        results: Of the stages so far, for the ledger and the accounts.
        reports: Entries of the files that they wrote into the dataset.
        recipe: The whole recipe; it goes into the manifest.
        pool: Folder that holds the images.
        dataset: Output folder.
        evidence: What the contamination report is corrected by.
        progress: Folder for live counts, if somebody watches.
        before: What earlier commands did, if stages are run one by one.
    """
    measured = pairs | MeasureContamination(recipe.contamination, pool, progress)
    packed = measured.result.kept | WriteShards(recipe.shards, pool, dataset, progress)
    stages = [*results, measured.result, packed.result]
    dropped, counts = collect(stages, before, pairs.pipeline)
    rows = dropped | WriteTable(join(dataset, "ledger"), LEDGER, ledger_to_row, dataset)
    report = (measured.overlap, pairs | beam.combiners.Count.Globally()) | WriteReport(
        join(dataset, "contamination"), dataset, recipe.contamination, PoolImages(pool), evidence
    )
    files = (packed.files, rows, report, *reports) | "Files" >> beam.Flatten()
    (counts, files) | CommitDataset(dataset, recipe.model_dump(mode="json"), before)
