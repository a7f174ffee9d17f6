import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from cli.score import check_score
from pipeline.recipe.score import Score
from pipeline.shards.find_images import find_images
from schemas.errors import UserError
from tests.cli.conftest import Chain, run
from tests.filters.scoring.models import open_clip_scores, write_linear_head


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, chain: Chain) -> Path:
    """A run of our trainer on the chain's dataset, and a recipe that scores with it."""
    folder = tmp_path_factory.mktemp("trained")
    size = ("--steps", 2, "--batch-size", 4, "--device", "cpu", "--quiet")
    assert run("train", "--data", chain.dataset, "--out", folder / "run", *size) == 0
    write_linear_head(folder / "head.pt")
    (folder / "r.toml").write_text(
        '[score]\nmodel = "run"\nbatch_size = 4\ndevice = "cpu"\n'
        '[score.heads.aesthetic]\npath = "head.pt"\n'
    )
    return folder


@pytest.fixture(scope="module")
def scored(trained: Path, chain: Chain) -> Path:
    out = trained / "scored"
    assert run("score", chain.unique, "--recipe", trained / "r.toml", "--out", out, "--quiet") == 0
    return out


def test_a_run_of_our_trainer_scores_pairs_as_its_weights_do(
    trained: Path, scored: Path, chain: Chain
) -> None:
    rows = pq.read_table(scored / "scored").to_pylist()
    assert len(rows) == 8
    images = dict(find_images(str(chain.pool), {row["uid"] for row in rows}))
    pictures = [Image.open(io.BytesIO(images[row["uid"]])) for row in rows]
    weights = trained / "run/checkpoints/step_00000002.safetensors"
    (trained / "run/open_clip_model.safetensors").symlink_to(weights)
    cosines, _ = open_clip_scores(str(trained / "run"), pictures, [row["caption"] for row in rows])
    found = np.array([row["clip_score"] for row in rows])
    np.testing.assert_allclose(found, cosines.numpy(), atol=1e-5)
    assert all(row["aesthetic_score"] is not None for row in rows)
    stages = json.loads((scored / "summary.json").read_text())["stages"]
    assert stages["score"] == {"in": 8, "kept": 8, "rejected": {}, "failed": {}}


def test_other_limits_need_no_model_and_the_dataset_has_the_scores(
    trained: Path, scored: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    fit = ("filter", "fit", "--keep", 3, "--column", "clip_score")
    assert run(*fit, scored, "--quiet") == 0
    lines = capsys.readouterr().out
    recipe = trained / "keep.toml"
    recipe.write_text((trained / "r.toml").read_text() + lines)
    assert run("score", scored, "--recipe", recipe, "--out", trained / "best", "--quiet") == 0
    before, after = (pq.read_table(out / "scored") for out in (scored, trained / "best"))
    assert before.equals(after)
    stages = json.loads((trained / "best/summary.json").read_text())["stages"]
    assert stages["score"]["rejected"] == {"clip_score": 5}
    assert list(stages) == ["crawl", "select", "download", "filter", "dedupe", "score"]

    best = trained / "dataset"
    assert run("shards", trained / "best", "--out", best, "--quiet") == 0
    assert run("verify", best) == 0
    metadata = pq.read_table(best / "metadata").to_pylist()
    assert len(metadata) == 3
    kept = sorted(before.column("clip_score").to_pylist(), reverse=True)[:3]
    assert sorted((row["clip_score"] for row in metadata), reverse=True) == kept


def test_a_build_scores_after_dedupe_and_verifies(trained: Path, chain: Chain) -> None:
    recipe, out = trained / "build.toml", trained / "built"
    keep = "[score.keep]\nclip_score = { top = 0.5 }\n"
    recipe.write_text((trained / "r.toml").read_text() + keep)
    assert run("build", recipe, "--input", chain.archive, "--out", out, "--quiet") == 0
    stages = json.loads((out / "manifest.json").read_text())["stages"]
    assert list(stages)[-4:] == ["dedupe", "score", "decontaminate", "shards"]
    assert (stages["score"]["in"], stages["score"]["kept"]) == (8, 4)
    assert run("verify", out) == 0


def test_what_would_stop_a_run_is_said_before_it(
    chain: Chain, tmp_path: Path, complaint: Callable[..., str]
) -> None:
    recipe = tmp_path / "r.toml"
    for text, said in [
        ("", "nothing to score"),
        ('[score]\nmodel = "ViT-B-32"\n', "needs weights"),
        ('[score]\nfaces = "f.onnx"\n', "f.onnx: no such file"),
    ]:
        recipe.write_text(text)
        assert said in complaint("score", chain.unique, "--recipe", recipe, "--out", tmp_path / "o")


def test_a_limit_that_no_model_fills_is_refused(tmp_path: Path) -> None:
    (tmp_path / "f.onnx").touch()
    values = {"faces": str(tmp_path / "f.onnx"), "keep": {"clip_score": {"min": 0.1}}}
    with pytest.raises(UserError, match="clip_score: no model of"):
        check_score(Score.model_validate(values))
