"""Beam's own local engine, with the stages of a graph in an order that their side inputs need.

Beam (2.77, `translations.sort_stages`) takes a stage that reads a collection for the one that makes
it, whichever a set gives last. The reader may then stand before the maker, and a collection that is
both read and somebody's side input is handed over too late: the side input is empty, a table with
nothing in it or `EmptySideInput`. Measured on `BalanceQueries`: 2 of 75 graphs, by the seed of
Python's hashes.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from apache_beam.runners.portability.fn_api_runner.fn_runner import FnApiRunner
from apache_beam.runners.worker.bundle_processor import DATA_INPUT_URN


class LocalEngine(FnApiRunner):
    """Runs a graph in this process, or in worker processes of this machine."""

    def create_stages(self, pipeline_proto: Any) -> tuple[Any, list[Any]]:
        """Returns what Beam makes of a graph, its stages in order."""
        context, stages = super().create_stages(pipeline_proto)
        return context, order_stages(stages)


def order_stages(stages: Sequence[Any]) -> list[Any]:
    """Returns `stages` so that each comes after those that make its inputs and side inputs."""
    makers = {
        collection: stage
        for stage in stages
        for transform in stage.transforms
        if not _only_reads(transform)
        for collection in transform.outputs.values()
    }
    ordered: dict[str, Any] = {}

    def place(stage: Any) -> None:
        for collection in _needs(stage):
            maker = makers.get(collection)  # impulses have none
            if maker is not None and maker is not stage and maker.name not in ordered:
                place(maker)
        ordered[stage.name] = stage

    for stage in stages:
        if stage.name not in ordered:
            place(stage)
    return list(ordered.values())


def _only_reads(transform: Any) -> bool:
    return bool(transform.spec.urn == DATA_INPUT_URN)


def _needs(stage: Any) -> Iterable[str]:
    for transform in stage.transforms:
        yield from (transform.outputs if _only_reads(transform) else transform.inputs).values()
