import random
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.runners.portability.fn_api_runner.execution import FnApiRunnerExecutionContext
from apache_beam.runners.portability.fn_api_runner.translations import split_buffer_id
from apache_beam.runners.worker.bundle_processor import DATA_INPUT_URN

from pipeline.recipe.queries import Queries
from pipeline.stages.balance_queries import BalanceQueries
from pipeline.stages.local_engine import LocalEngine, order_stages
from pipeline.stages.run import choose_engine
from tests.samples import make_candidate


@pytest.fixture
def stages(tmp_path: Path) -> list[Any]:
    """Of a graph whose limit is read by one stage and a side input of two others."""
    (tmp_path / "list.txt").write_text("boat")
    queries = Queries(list=str(tmp_path / "list.txt"), target_pairs=9)
    root = beam.Pipeline(runner=LocalEngine())
    _ = root | beam.Create([make_candidate(1)]) | BalanceQueries(queries, str(tmp_path))
    return list(LocalEngine().create_stages(root.to_runner_api())[1])


def makers_of(stages: list[Any]) -> dict[str, str]:
    return {
        collection: stage.name
        for stage in stages
        for transform in stage.transforms
        if transform.spec.urn != DATA_INPUT_URN
        for collection in transform.outputs.values()
    }


def late_side_inputs(stages: list[Any]) -> int:
    """How many side inputs Beam would hand over after another stage than their maker."""
    makers = makers_of(stages)
    handed = FnApiRunnerExecutionContext._build_data_side_inputs_map(stages)
    return sum(
        makers[split_buffer_id(buffer)[1]] != name
        for name, inputs in handed.items()
        for buffer, _ in inputs.values()
    )


def test_a_side_input_is_handed_over_as_soon_as_it_is_made_in_whatever_order_stages_come(
    stages: list[Any],
) -> None:
    rng = random.Random(4)
    shuffles = [rng.sample(stages, len(stages)) for _ in range(50)]
    assert any(late_side_inputs(shuffled) for shuffled in shuffles)  # Beam alone does it
    for shuffled in shuffles:
        ordered = order_stages(shuffled)
        assert {stage.name for stage in ordered} == {stage.name for stage in stages}
        assert not late_side_inputs(ordered)


def test_every_stage_comes_after_those_that_make_what_it_takes(stages: list[Any]) -> None:
    ordered = order_stages(stages[::-1])
    makers, places = makers_of(ordered), {stage.name: n for n, stage in enumerate(ordered)}
    for stage in ordered:
        for collection in stage.side_inputs():
            assert places[makers[collection]] < places[stage.name]
        for transform in stage.transforms:
            if transform.spec.urn == DATA_INPUT_URN:
                for collection in transform.outputs.values():
                    maker = makers.get(collection, "")
                    assert places.get(maker, -1) < places[stage.name]


@pytest.mark.parametrize("workers", [1, 2])
def test_the_local_engine_is_ours(workers: int) -> None:
    runner, _ = choose_engine([f"--direct_num_workers={workers}"])
    assert isinstance(runner, LocalEngine)
