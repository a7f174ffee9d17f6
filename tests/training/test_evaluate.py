import json

import pytest
import torch

from schemas.errors import UserError
from tests.training.conftest import COLOURS, draw, encode, make_sample
from training.evaluate import embed_classes, evaluate, write_evaluation
from training.loop import train
from training.model import build_model, find_model
from training.options import TrainOptions


@pytest.fixture(scope="module")
def run(dataset, tmp_path_factory):
    folder = str(tmp_path_factory.mktemp("evaluate") / "run")
    options = TrainOptions(
        data=dataset, run=folder, steps=40, batch_size=16, lr=1e-3, device="cpu", warmup=4
    )
    train(options, lambda _: None)
    return folder


@pytest.fixture
def colours(tmp_path):
    """Twelve circles a class would be few; 48 new shapes, a folder a colour."""
    for number in range(100, 148):
        folder = tmp_path / "set" / COLOURS[number % 6]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}.png").write_bytes(encode(draw(number)[0], "png"))
    return tmp_path / "set"


def test_a_trained_model_tells_colours_above_chance(run, colours):
    seen = []
    result = evaluate(run, str(colours), on_images=lambda *counts: seen.append(counts))
    assert (result.step, result.images, result.chance) == (40, 48, 1 / 6)
    assert result.top1 > result.chance
    assert result.top1_ci95.low <= result.top1 <= result.top1_ci95.high
    assert result.top5 is not None
    assert result.top5 >= result.top1
    assert sum(one.images for one in result.classes) == 48
    assert sum(one.top1 for one in result.classes) == round(result.top1 * 48)
    assert seen[-1] == (48, 48)


def test_batch_size_changes_no_count(run, colours):
    whole, parts = (
        evaluate(run, str(colours), on_images=lambda *_: None, batch_size=size) for size in (48, 7)
    )
    assert whole.classes == parts.classes


def test_what_does_not_decode_is_listed_and_not_counted(run, colours):
    bad = colours / "red" / "bad.jpg"
    bad.write_bytes(b"no image")
    result = evaluate(run, str(colours), on_images=lambda *_: None)
    assert result.failed == {str(bad): "not_image"}
    assert result.images == 48


def test_nothing_that_decodes_is_the_users_to_mend(run, tmp_path):
    for name in ("a", "b"):
        (tmp_path / "set" / name).mkdir(parents=True)
        (tmp_path / "set" / name / "x.jpg").write_bytes(b"no image")
    with pytest.raises(UserError, match="no image of it can be decoded"):
        evaluate(run, str(tmp_path / "set"), on_images=lambda *_: None)


def test_below_six_classes_there_is_no_top_5(run, colours):
    for name in ("green", "blue"):
        for path in (colours / name).iterdir():
            path.unlink()
        (colours / name).rmdir()
    assert evaluate(run, str(colours), on_images=lambda *_: None).top5 is None


def test_a_run_without_a_checkpoint_is_named(tmp_path, colours):
    (tmp_path / "config.json").write_text('{"model": "tiny"}')
    with pytest.raises(UserError, match="no checkpoint yet"):
        evaluate(str(tmp_path), str(colours), on_images=lambda *_: None)


def test_the_file_says_what_was_measured(run, colours, tmp_path):
    result = evaluate(run, str(colours), on_images=lambda *_: None)
    path = write_evaluation(str(tmp_path), result, run=run, data=str(colours))
    with open(path) as stream:
        content = json.load(stream)
    assert content["command"] == "evaluate"
    assert content["top1_ci95"] == list(result.top1_ci95)
    assert content["classes"][0]["name"] == "blue"


def test_class_embeddings_are_unit_vectors():
    spec = find_model("tiny")
    class_KD = embed_classes(build_model(spec).eval(), spec, ["cat", "dog", make_sample(0)[0]])
    assert torch.allclose(class_KD.norm(dim=-1), torch.ones(3), atol=1e-5)
