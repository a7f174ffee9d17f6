"""Each stage alone, as its command runs it: a table in, a table and a ledger out.

Every output folder carries the ledger and the counts of all that came before it, so that the
accounts of a dataset are whole however it was built.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import apache_beam as beam

from dedup.contamination.evidence import Evidence
from dedup.contamination.records import SourcePart
from dedup.contamination.sample import IMAGES_OF_A_PART, ROWS_OF_A_SHARD, choose_sample
from dedup.contamination.sources import split_source
from pipeline.crawl.inputs import CrawlInput
from pipeline.recipe.dedupe import Contamination
from pipeline.shards.find_images import table_folder
from pipeline.shards.storage import list_files
from pipeline.stages.balance_queries import balance_if_asked
from pipeline.stages.count_languages import CountLanguages
from pipeline.stages.crawl_inputs import CrawlInputs
from pipeline.stages.dedupe_images import DedupeImages, parse_detail
from pipeline.stages.filter_images import FilterImages
from pipeline.stages.find_aligned_copies import aligned_if_asked
from pipeline.stages.measure_contamination import (
    FindOverlap,
    hash_pool_part,
    pool_image_from_row,
    shard_fingerprints,
)
from pipeline.stages.score_images import ScoreImages
from pipeline.stages.select_candidates import SelectCandidates
from pipeline.stages.step import StepPlan, end_step, write_rows
from pipeline.stages.table import ReadCandidates, ReadTable
from pipeline.stages.write_report import FindImages, WriteReport
from schemas.outcomes import Reject
from schemas.records import LedgerRow, PoolImage, PoolRow
from schemas.tables import (
    CANDIDATES,
    CLUSTERS,
    POOL,
    Row,
    candidate_to_row,
    pool_from_row,
    pool_to_row,
)


def crawl_step(
    root: beam.Pipeline, plan: StepPlan, inputs: Sequence[CrawlInput], problems: Sequence[LedgerRow]
) -> None:
    """Inputs to `out/candidates/`."""
    recipe = plan.recipe
    crawled = root | CrawlInputs(
        inputs, problems, recipe.crawl, recipe.web, plan.out, plan.progress
    )
    table = crawled.kept | write_rows(plan, "candidates", CANDIDATES, candidate_to_row)
    end_step(plan, [crawled], [table])


def select_step(root: beam.Pipeline, plan: StepPlan, files: Sequence[str]) -> None:
    """Candidates to `out/candidates/`."""
    candidates = root | ReadCandidates(files)
    selected = candidates | SelectCandidates(plan.recipe.select, plan.recipe.web, plan.progress)
    balanced = balance_if_asked(selected, plan.recipe.queries, plan.out, plan.progress)
    _ = balanced.kept | CountLanguages(plan.out)
    table = balanced.kept | write_rows(plan, "candidates", CANDIDATES, candidate_to_row)
    end_step(plan, balanced.results, [table, *balanced.files])


def dedupe_step(root: beam.Pipeline, plan: StepPlan, files: Sequence[str], pool: str) -> None:
    """A pool to `out/kept/` and `out/clusters/`; the image filters of the recipe come first."""
    dedupe = plan.recipe.dedupe
    pairs = root | ReadTable(files, pool_from_row) | beam.Filter(is_stored)
    filtered = pairs | FilterImages(plan.recipe.images, plan.progress)
    aligned = aligned_if_asked(filtered.kept, dedupe, pool)
    unique = filtered.kept | DedupeImages(dedupe, plan.progress, aligned)
    kept = unique.kept | write_rows(plan, "kept", POOL, pool_to_row)
    copies = unique.dropped | "Copies" >> beam.Filter(_is_copy)
    members = copies | "Members" >> beam.Map(_cluster_member)
    heads = members | beam.Map(_cluster_of) | beam.Distinct() | "Heads" >> beam.Map(_cluster_head)
    clusters = (members, heads) | beam.Flatten() | write_rows(plan, "clusters", CLUSTERS, dict)
    end_step(plan, [filtered, unique], [kept, clusters])


def score_step(root: beam.Pipeline, plan: StepPlan, files: Sequence[str], pool: str) -> None:
    """Pairs to `out/scored/`, all that have scores, and `out/kept/`, those within the limits."""
    pairs = root | ReadTable(files, pool_from_row) | beam.Filter(is_stored)
    scored = pairs | ScoreImages(plan.recipe.score, pool, plan.progress)
    rows = scored.rows | write_rows(plan, "scored", POOL, pool_to_row)
    kept = scored.result.kept | write_rows(plan, "kept", POOL, pool_to_row)
    end_step(plan, [scored.result], [rows, kept])


def contamination_step(
    pool_images: beam.PCollection,
    out: str,
    contamination: Contamination,
    find_pool_images: FindImages,
    *,
    evidence: Evidence,
    progress: str | None = None,
) -> None:
    """Pool images to a report in `out`."""
    overlap = pool_images | FindOverlap(contamination, progress)
    size = pool_images | beam.combiners.Count.Globally()
    (overlap, size) | WriteReport(out, out, contamination, find_pool_images, evidence=evidence)


def read_pool_images(root: beam.Pipeline, pool: str) -> beam.PCollection:
    """Images of a pool or dataset, from its tables alone."""
    files = list_files(table_folder(pool), ".parquet")
    return root | ReadTable(files, dict) | beam.FlatMap(pool_image_from_row)


def fingerprint_pool_images(root: beam.Pipeline, pool: str) -> beam.PCollection:
    """Images of a pool or dataset with their thumbnails, a shard one worker."""
    files = list_files(table_folder(pool), ".parquet")
    return (
        root
        | beam.Create(files)
        | beam.Reshuffle()  # few shards fan out to many images
        | beam.FlatMap(shard_fingerprints, pool)
    )


def sample_pool_images(root: beam.Pipeline, pool: str, is_ours: bool, wanted: int) -> Any:
    """At most about `wanted` images of a pool, a dataset or plain images, with thumbnails."""
    if is_ours:
        files = [(file, file) for file in list_files(table_folder(pool), ".parquet")]
        shards = choose_sample(files, wanted, least=ROWS_OF_A_SHARD)
        read = root | beam.Create(shards) | beam.Reshuffle()
        return read | beam.FlatMap(_first_of_shard, pool)
    listed = [(f"{part.files[0]} {part.group}", part) for part in split_source("pool", pool)]
    parts = choose_sample(listed, wanted, least=IMAGES_OF_A_PART)
    return root | beam.Create(parts) | beam.Reshuffle() | beam.FlatMap(_first_of_part)


def hash_pool_images(
    root: beam.Pipeline, parts: Sequence[SourcePart], is_verified: bool
) -> beam.PCollection:
    """Images of a plain folder, tars or Parquet, hashed here."""
    return root | beam.Create(parts) | beam.Reshuffle() | beam.FlatMap(hash_pool_part, is_verified)


def _first_of_shard(share: tuple[str, int], pool: str) -> Iterator[PoolImage]:
    table, limit = share
    return islice(shard_fingerprints(table, pool), limit)


def _first_of_part(share: tuple[SourcePart, int]) -> Iterator[PoolImage]:
    part, limit = share
    return islice(hash_pool_part(part, True), limit)


def is_stored(pair: PoolRow) -> bool:
    """Whether the pool holds the pair's image."""
    return pair.status == "success"


def _is_copy(row: LedgerRow) -> bool:
    return row.outcome != Reject.PLACEHOLDER


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
