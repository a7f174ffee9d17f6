import json
from dataclasses import replace

import open_clip
import pytest

from schemas.errors import UserError
from training.checkpoint import Progress
from training.data import FailedSample
from training.index import Index
from training.log import StepReport
from training.model import find_model
from training.options import TrainOptions
from training.run import (
    claim_run,
    read_config,
    summarise,
    versions,
    write_architecture,
    write_summary,
)

INDEX = Index(samples=(), manifest_sha256="abc")


@pytest.fixture
def options(tmp_path):
    return TrainOptions(data="d", run=str(tmp_path / "run"), steps=10)


def test_the_same_options_may_come_again_on_other_hardware(options):
    claim_run(options, INDEX)
    claim_run(replace(options, workers=4, device="cpu", checkpoint_every=7), INDEX)
    assert read_config(options.run)["model"] == "tiny"


@pytest.mark.parametrize(
    ("change", "flag"),
    [
        ({"model": "RN50"}, "--model"),
        ({"steps": 20}, "--steps"),
        ({"batch_size": 8}, "--batch-size"),
        ({"seed": 1}, "--seed"),
    ],
)
def test_another_run_in_the_folder_is_refused(options, change, flag):
    claim_run(options, INDEX)
    with pytest.raises(UserError, match=flag):
        claim_run(replace(options, **change), INDEX)


def test_another_dataset_is_refused(options):
    claim_run(options, INDEX)
    with pytest.raises(UserError, match="another dataset"):
        claim_run(options, replace(INDEX, manifest_sha256="def"))


def test_a_folder_with_other_files_is_not_taken(options, tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "thesis.txt").touch()
    with pytest.raises(UserError, match="no run of ours"):
        claim_run(options, INDEX)


def test_a_file_is_no_folder(options, tmp_path):
    (tmp_path / "run").touch()
    with pytest.raises(UserError, match="a file"):
        claim_run(options, INDEX)


def test_what_is_no_run_is_named(tmp_path):
    with pytest.raises(UserError, match="no run of"):
        read_config(str(tmp_path))
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(UserError, match="damaged"):
        read_config(str(tmp_path))


def test_the_summary_has_means_over_a_window_and_lists_what_failed(tmp_path):
    reports = [
        StepReport(step=n, loss=float(20 - n), lr=0.1, logit_scale=1.0, samples_per_s=1.0)
        for n in range(1, 11)
    ]
    failed = (FailedSample(uid="a", outcome="decode", detail="x"),)
    progress = Progress(step=10, samples=80, seconds=4.0, failed=failed)
    summary = summarise(progress, reports, "abc")
    assert (summary.window, summary.first_loss, summary.last_loss) == (2, 18.5, 10.5)
    assert summary.samples_per_s == 20
    write_summary(str(tmp_path), summary, progress)
    content = json.loads((tmp_path / "summary.json").read_text())
    assert (content["command"], content["steps"], content["failed"]) == ("train", 10, 1)
    assert json.loads((tmp_path / "failed.jsonl").read_text())["uid"] == "a"


def test_versions_name_what_decides_the_numbers():
    assert {"python", "torch", "open_clip_torch", "webimagetext"} <= versions().keys()


def test_a_run_says_its_architecture_as_open_clip_does(tmp_path):
    write_architecture(str(tmp_path), find_model("tiny"))
    model = open_clip.create_model(f"local-dir:{tmp_path}", load_weights=False)
    assert model.visual.image_size == (64, 64)
    assert open_clip.get_model_config(f"local-dir:{tmp_path}") == find_model("tiny").config
