"""The steps of `download`; by themselves, for without the others its start is quicker."""

from collections.abc import Sequence

import apache_beam as beam

from pipeline.download.session import DECODERS
from pipeline.download.shard_plan import are_sorted, list_row_groups
from pipeline.stages.download_shards import DownloadShards, DownloadTables
from pipeline.stages.find_placeholders import ReportPlaceholders
from pipeline.stages.retry_shards import RetryShards
from pipeline.stages.step import StepPlan, end_step
from pipeline.stages.table import ReadCandidates


def download_step(
    root: beam.Pipeline, plan: StepPlan, files: Sequence[str], decoders: int = DECODERS
) -> None:
    """Candidates to a pool in `out`; tables that are sorted, as ours are, are read in place.

    Args:
        root: Of the graph.
        plan: Of the step.
        files: Tables of candidates.
        decoders: Processes that decode at once, for each worker of the engine.
    """
    recipe = plan.recipe
    options = (plan.out, recipe.download, recipe.web, plan.progress, decoders)
    if are_sorted([group for path in files for group in list_row_groups(path)]):
        pooled = root | "Tables" >> beam.Create(files) | DownloadTables(*options)
    else:
        pooled = root | ReadCandidates(files) | DownloadShards(*options)
    end_step(plan, [pooled], [pooled.kept | ReportPlaceholders(plan.out)])


def retry_step(root: beam.Pipeline, plan: StepPlan, outcomes: frozenset[str]) -> None:
    """The pool in `out` once more, for the URLs that ended with one of `outcomes`."""
    recipe = plan.recipe
    retried = root | RetryShards(plan.out, outcomes, recipe.download, recipe.web, plan.progress)
    end_step(plan, [retried], [retried.kept | ReportPlaceholders(plan.out)])
