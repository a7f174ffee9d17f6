"""Each stage alone, as its command runs it: a table in, a table and a ledger out.

Every output folder carries the ledger and the counts of all that came before it, so that the
accounts of a dataset are whole however it was built.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
import pyarrow as pa

from dedup.contamination.evidence import Evidence
from dedup.contamination.records import SourcePart
from pipeline.crawl.inputs import CrawlInput
from pipeline.download.shard_plan import are_sorted, list_row_groups
from pipeline.recipe import Contamination, Recipe
from pipeline.shards.find_images import table_folder
from pipeline.shards.storage import join, list_files
from pipeline.stages.before import Before, collect
from pipeline.stages.commit import CommitStep
from pipeline.stages.crawl_inputs import CrawlInputs
from pipeline.stages.dedupe_images import DedupeImages, parse_detail
from pipeline.stages.download_shards import DownloadShards, DownloadTables
from pipeline.stages.filter_images import FilterImages
from pipeline.stages.measure_contamination import FindOverlap, hash_pool_part, pool_image_from_row
from pipeline.stages.retry_shards import RetryShards
from pipeline.stages.select_candidates import SelectCandidates
from pipeline.stages.stage import StageResult
from pipeline.stages.table import ReadTable, WriteTable
from pipeline.stages.write_report import FindImages, WriteReport
from schemas.records import LedgerRow, PoolRow
from schemas.tables import (
    CANDIDATES,
    CLUSTERS,
    LEDGER,
    POOL,
    Row,
    candidate_from_row,
    candidate_to_row,
    ledger_to_row,
    pool_from_row,
    pool_to_row,
)


@dataclass(frozen=True, kw_only=True)
class StepPlan:
    """What every step needs to know.

    Attributes:
        out: Output folder.
        before: The accounts of the input.
        progress: Folder for live counts, if somebody watches.
    """

    recipe: Recipe
    out: str
    before: Before | None = None
    progress: str | None = None


def crawl_step(
    root: beam.Pipeline, plan: StepPlan, inputs: Sequence[CrawlInput], problems: Sequence[LedgerRow]
) -> None:
    """Inputs to `out/candidates/`."""
    recipe = plan.recipe
    crawled = root | CrawlInputs(
        inputs, problems, recipe.crawl, recipe.web, plan.out, plan.progress
    )
    table = crawled.kept | _write(plan, "candidates", CANDIDATES, candidate_to_row)
    _end(plan, [crawled], [table])


def select_step(root: beam.Pipeline, plan: StepPlan, files: Sequence[str]) -> None:
    """Candidates to `out/candidates/`."""
    candidates = root | ReadTable(files, candidate_from_row)
    selected = candidates | SelectCandidates(plan.recipe.select, plan.recipe.web, plan.progress)
    table = selected.kept | _write(plan, "candidates", CANDIDATES, candidate_to_row)
    _end(plan, [selected], [table])


def download_step(root: beam.Pipeline, plan: StepPlan, files: Sequence[str]) -> None:
    """Candidates to a pool in `out`; tables that are sorted, as ours are, are read in place."""
    recipe = plan.recipe
    options = (plan.out, recipe.download, recipe.web, plan.progress)
    if are_sorted([group for path in files for group in list_row_groups(path)]):
        pooled = root | "Tables" >> beam.Create(files) | DownloadTables(*options)
    else:
        pooled = root | ReadTable(files, candidate_from_row) | DownloadShards(*options)
    _end(plan, [pooled], [])


def retry_step(root: beam.Pipeline, plan: StepPlan, outcomes: frozenset[str]) -> None:
    """The pool in `out` once more, for the URLs that ended with one of `outcomes`."""
    recipe = plan.recipe
    retried = root | RetryShards(plan.out, outcomes, recipe.download, recipe.web, plan.progress)
    _end(plan, [retried], [])


def dedupe_step(root: beam.Pipeline, plan: StepPlan, files: Sequence[str]) -> None:
    """A pool to `out/kept/` and `out/clusters/`; the image filters of the recipe come first."""
    pairs = root | ReadTable(files, pool_from_row) | beam.Filter(is_stored)
    filtered = pairs | FilterImages(plan.recipe.images, plan.progress)
    unique = filtered.kept | DedupeImages(plan.recipe.dedupe, plan.progress)
    kept = unique.kept | _write(plan, "kept", POOL, pool_to_row)
    members = unique.dropped | "Members" >> beam.Map(_cluster_member)
    heads = members | beam.Map(_cluster_of) | beam.Distinct() | "Heads" >> beam.Map(_cluster_head)
    clusters = (members, heads) | beam.Flatten() | _write(plan, "clusters", CLUSTERS, dict)
    _end(plan, [filtered, unique], [kept, clusters])


def contamination_step(
    pool_images: beam.PCollection,
    out: str,
    contamination: Contamination,
    find_pool_images: FindImages,
    evidence: Evidence | None = None,
) -> None:
    """Pool images to a report in `out`."""
    overlap = pool_images | FindOverlap(contamination)
    size = pool_images | beam.combiners.Count.Globally()
    (overlap, size) | WriteReport(out, out, contamination, find_pool_images, evidence or Evidence())


def read_pool_images(root: beam.Pipeline, pool: str) -> beam.PCollection:
    """Images of a pool or dataset, from its tables alone."""
    files = list_files(table_folder(pool), ".parquet")
    return root | ReadTable(files, dict) | beam.FlatMap(pool_image_from_row)


def hash_pool_images(root: beam.Pipeline, parts: Sequence[SourcePart]) -> beam.PCollection:
    """Images of a plain folder, tars or Parquet, hashed here."""
    return root | beam.Create(parts) | beam.Reshuffle() | beam.FlatMap(hash_pool_part)


def _write(
    plan: StepPlan, name: str, schema: pa.Schema, to_row: Callable[[Any], Row]
) -> beam.PTransform:
    return f"Write {name}" >> WriteTable(join(plan.out, name), schema, to_row, plan.out)


def _end(
    plan: StepPlan, results: Sequence[StageResult], tables: Sequence[beam.PCollection]
) -> None:
    dropped, counts = collect(results, plan.before, results[0].kept.pipeline)
    ledger = dropped | _write(plan, "ledger", LEDGER, ledger_to_row)
    files = [*tables, ledger] | "Files" >> beam.Flatten()
    (counts, files) | CommitStep(plan.out, plan.before)


def is_stored(pair: PoolRow) -> bool:
    """Whether the pool holds the pair's image."""
    return pair.status == "success"


def _cluster_member(row: LedgerRow) -> Row:
    near = parse_detail(row.detail)
    return {
        "cluster": near.kept_uid,
        "uid": row.uid,
        "url": row.url,
        "kept": False,
        "method": row.outcome,
        "distance": near.distance,
    }


def _cluster_of(row: Row) -> str:
    return str(row["cluster"])


def _cluster_head(uid: str) -> Row:
    return {"cluster": uid, "uid": uid, "url": None, "kept": True, "method": "", "distance": 0}
