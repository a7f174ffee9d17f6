import json
import signal
import subprocess
import sys
from dataclasses import replace

import pytest
import torch

from schemas.errors import RunError, UserError
from tests.training.conftest import make_sample
from training.checkpoint import checkpoint_path, latest_step
from training.log import read_metrics
from training.loop import train
from training.options import TrainOptions


def make_options(data, run):
    return TrainOptions(
        data=data,
        run=str(run),
        steps=8,
        batch_size=12,
        lr=1e-3,
        checkpoint_every=4,
        device="cpu",
    )


@pytest.fixture
def options(dataset, tmp_path):
    return make_options(dataset, tmp_path / "run")


@pytest.fixture(scope="module")
def unbroken(dataset, tmp_path_factory):
    """The folder of a run of these options that nothing has stopped."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # other threads, other rounding
    options = make_options(dataset, tmp_path_factory.mktemp("unbroken") / "run")
    train(options, lambda _: None)
    torch.set_num_threads(threads)
    return options.run


class Stopped(BaseException):
    """As if the process had been told to stop."""


def stop_after(step):
    def on_step(report):
        if report.step == step:
            raise Stopped

    return on_step


def numbers(run):
    return [(one.step, one.loss, one.lr, one.logit_scale) for one in read_metrics(run)]


def weights(run, step):
    with open(checkpoint_path(run, step, ".safetensors"), "rb") as stream:
        return stream.read()


@pytest.mark.parametrize("model", ["tiny", "tiny-resnet"])
def test_the_loss_falls_and_the_run_leaves_what_it_promises(options, model, tmp_path):
    options = replace(options, model=model, steps=15, batch_size=16)
    reports = []
    summary = train(options, reports.append)
    assert [report.step for report in reports] == list(range(1, 16))
    assert summary.last_loss < summary.first_loss - 0.2
    assert (summary.steps, summary.samples, summary.failed) == (15, 240, 0)
    names = {"checkpoints", "config.json", "loss.png", "metrics.jsonl", "summary.json"}
    names |= {"open_clip_config.json"}
    assert {path.name for path in (tmp_path / "run").iterdir()} == names | {"tensorboard"}
    assert latest_step(options.run) == 15


def test_a_resumed_run_is_bit_for_bit_the_unbroken_one(options, unbroken):
    with pytest.raises(Stopped):
        train(options, stop_after(6))
    assert latest_step(options.run) == 4
    train(replace(options, workers=1), lambda _: None)
    assert numbers(options.run) == numbers(unbroken)
    assert weights(options.run, 8) == weights(unbroken, 8)


def test_a_run_killed_before_its_first_checkpoint_begins_anew(options, unbroken):
    with pytest.raises(Stopped):
        train(options, stop_after(2))
    train(options, lambda _: None)
    assert numbers(options.run) == numbers(unbroken)


def test_a_finished_run_is_summed_up_again_without_a_step(options):
    options, reports = replace(options, steps=2), []
    first = train(options, lambda _: None)
    assert train(options, reports.append) == first
    assert reports == []


def test_a_batch_larger_than_the_dataset_is_refused(options, tmp_path):
    with pytest.raises(UserError, match="--batch-size 49: the dataset has 48 samples"):
        train(replace(options, batch_size=49), lambda _: None)
    assert not (tmp_path / "run").exists()


def test_another_model_in_the_same_folder_is_refused(options):
    train(replace(options, steps=1), lambda _: None)
    with pytest.raises(UserError, match="another --model"):
        train(replace(options, steps=1, model="tiny-resnet"), lambda _: None)


def test_undecodable_samples_are_listed_once_each_by_uid_and_reason(options, make_dataset):
    samples = [make_sample(number) for number in range(6)]
    uid = samples[3][0]
    samples[3] = (uid, {"jpg": b"\xff\xd8\xff cut", "txt": b"text", "json": b"{}"})
    options = replace(options, data=make_dataset(samples), batch_size=6, steps=3)
    assert train(options, lambda _: None).failed == 1
    with open(f"{options.run}/failed.jsonl") as stream:
        rows = [json.loads(line) for line in stream]
    assert [(row["uid"], row["outcome"]) for row in rows] == [(uid, "not_image")]


def test_a_batch_that_holds_no_pair_to_compare_stops_the_run(options, make_dataset):
    broken = [(make_sample(n)[0], {"jpg": b"no", "txt": b"t", "json": b"{}"}) for n in range(2)]
    options = replace(options, data=make_dataset(broken), batch_size=2)
    with pytest.raises(RunError, match=f"step 1: fewer than 2 images.*{broken[0][0]}"):
        train(options, lambda _: None)


def test_a_loss_that_is_not_finite_stops_with_the_batchs_uids(options):
    options = replace(options, lr=1e30, warmup=0, batch_size=4)
    with pytest.raises(RunError, match="the loss is not finite"):
        train(options, lambda _: None)
    with open(f"{options.run}/not_finite.json") as stream:
        assert len(json.load(stream)["uids"]) == 4


def test_ctrl_c_leaves_whole_checkpoints_and_the_run_resumes_exactly(options, unbroken):
    def interrupt(report):
        if report.step == 5:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        train(replace(options, workers=1), interrupt)
    assert latest_step(options.run) == 4
    train(options, lambda _: None)
    assert weights(options.run, 8) == weights(unbroken, 8)


def test_a_killed_process_leaves_whole_checkpoints_and_resumes_exactly(options, unbroken):
    options = replace(options, checkpoint_every=2)
    code = (
        "import torch; torch.set_num_threads(1)\n"
        "from training.loop import train\nfrom training.options import TrainOptions\n"
        f"train({options!r}, lambda report: print(report.step, flush=True))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    for line in process.stdout:
        if line.strip() == "3":
            process.kill()
            break
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert latest_step(options.run) >= 2
    train(options, lambda _: None)
    assert weights(options.run, 8) == weights(unbroken, 8)
