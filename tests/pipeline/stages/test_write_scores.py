import io
from dataclasses import replace
from pathlib import Path

import apache_beam as beam
import numpy as np
import pytest
from PIL import Image

from filters.scoring.options import HeadOptions, ScoreOptions
from pipeline.shards.find_images import find_images
from pipeline.stages.run import choose_engine
from pipeline.stages.stage import settle
from pipeline.stages.write_scores import WriteScores, open_picture
from schemas.errors import RecordFailed
from schemas.records import PoolRow
from tests.datasets import make_pool
from tests.filters.scoring.models import open_clip_scores, write_linear_head, write_model
from tests.pipeline.stages.runner import run_stage
from tests.samples import make_image


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scores")
    write_model(folder / "clip")
    write_linear_head(folder / "head.pt")
    return folder


@pytest.fixture(scope="module")
def rows(folder: Path) -> list[PoolRow]:
    return make_pool(folder / "pool", count=7, shards=2)


def options_of(folder: Path, **more: object) -> ScoreOptions:
    heads = (("aesthetic_score", HeadOptions(path=str(folder / "head.pt"))),)
    values = {"model": str(folder / "clip"), "heads": heads, "device": "cpu", "batch_size": 3}
    return ScoreOptions(**values | more)


def score(
    pairs: list[PoolRow], folder: Path, options: ScoreOptions, *, share_model: bool = False
) -> tuple[list[PoolRow], list]:
    write = WriteScores(options, str(folder / "pool"), share_model=share_model)
    kept, dropped, _ = run_stage(
        pairs, lambda records: settle("score", records, records | write, None)
    )
    return sorted(kept, key=lambda pair: pair.uid), dropped


def test_rows_get_the_scores_that_open_clip_gives_their_stored_images(
    folder: Path, rows: list[PoolRow]
) -> None:
    scored, dropped = score(rows, folder, options_of(folder))
    assert not dropped
    images = dict(find_images(str(folder / "pool"), {row.uid for row in rows}))
    pictures = [Image.open(io.BytesIO(images[row.uid])) for row in scored]
    texts = [row.candidate.text for row in scored]
    cosines, _ = open_clip_scores(str(folder / "clip"), pictures, texts)
    found = np.array([row.clip_score for row in scored])
    np.testing.assert_allclose(found, cosines.numpy(), atol=1e-5)
    assert all(row.aesthetic_score is not None and row.nsfw_score is None for row in scored)
    (name,) = {row.score_model for row in scored}
    assert name.startswith("clip ")
    bare = {"clip_score": None, "aesthetic_score": None, "score_model": None}
    assert [replace(row, **bare) for row in scored] == sorted(rows, key=lambda row: row.uid)


def test_a_model_that_processes_share_gives_the_same_scores(
    folder: Path, rows: list[PoolRow]
) -> None:
    shared, _ = score(rows, folder, options_of(folder), share_model=True)
    own, _ = score(rows, folder, options_of(folder, batch_size=5))
    for one, other in zip(shared, own, strict=True):
        assert one.clip_score == pytest.approx(other.clip_score, abs=1e-6)


def test_a_worker_loads_the_model_once_and_gives_it_full_batches(
    folder: Path, rows: list[PoolRow]
) -> None:
    engine, flags = choose_engine(["--direct_num_workers=1"])
    root = beam.Pipeline(runner=engine, options=flags)
    write = WriteScores(options_of(folder), str(folder / "pool"), share_model=False)
    _ = root | beam.Create(rows) | write
    metrics = root.run().metrics().query()
    counters = {m.key.metric.name: m.result for m in metrics["counters"]}
    (batches,) = (
        m.result
        for m in metrics["distributions"]
        if m.key.metric.name == "inference_request_batch_size"
    )
    assert counters["models_loaded"] == 1
    assert (batches.sum, batches.count, batches.max) == (7, 3, 3)  # 3, 3 and what is left


def test_what_has_scores_of_the_same_models_is_not_scored_again(
    folder: Path, rows: list[PoolRow]
) -> None:
    options = options_of(folder)
    first, _ = score(rows[:2], folder, options)
    marked = [replace(row, clip_score=0.75) for row in first]
    again, _ = score(marked, folder, options)
    assert [row.clip_score for row in again] == [0.75, 0.75]
    others, _ = score(marked, folder, options_of(folder, heads=()))
    assert all(row.clip_score != 0.75 for row in others)


def test_without_a_model_nothing_is_read(rows: list[PoolRow]) -> None:
    kept, _ = score(rows, Path("nowhere"), ScoreOptions())
    assert {row.score_model for row in kept} == {None}


def test_a_stored_image_that_does_not_decode_is_a_failed_record(tmp_path: Path) -> None:
    write_model(tmp_path / "clip")
    broken = {0: make_image(0)[:300]}
    rows = make_pool(tmp_path / "pool", count=3, shards=1, bodies=broken)
    kept, dropped = score(rows, tmp_path, options_of(tmp_path, heads=()))
    assert [row.outcome for row in dropped] == ["decode"]
    assert len(kept) == 2


def test_pictures_of_every_mode_are_rgb() -> None:
    assert open_picture(make_image(1, image_format="PNG")).mode == "RGB"
    stream = io.BytesIO()
    Image.new("L", (9, 7), 200).save(stream, "PNG")
    assert open_picture(stream.getvalue()).getpixel((0, 0)) == (200, 200, 200)
    with pytest.raises(RecordFailed):
        open_picture(b"no picture")
