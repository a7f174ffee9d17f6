from dataclasses import replace
from pathlib import Path

import pytest

from filters.scoring.options import HeadOptions, ScoreOptions, name_scores
from schemas.errors import UserError


def test_the_columns_are_those_of_what_is_asked_for() -> None:
    head = HeadOptions(path="h.pt")
    assert ScoreOptions().columns == ()
    assert ScoreOptions(faces="f.onnx").columns == ("faces",)
    options = ScoreOptions(model="m", heads=(("nsfw_score", head),), faces="f.onnx")
    assert options.columns == ("clip_score", "nsfw_score", "faces")


def test_the_name_changes_with_whatever_changes_a_score(tmp_path: Path) -> None:
    one, other = tmp_path / "a", tmp_path / "b"
    one.write_bytes(b"1")
    other.write_bytes(b"2")

    def head(path: Path, **more: object) -> ScoreOptions:
        heads = (("nsfw_score", HeadOptions(path=str(path), **more)),)
        return ScoreOptions(model="ViT-B-32", weights="openai", heads=heads)

    names = [
        name_scores(head(one)),
        name_scores(head(other)),
        name_scores(head(one, output="sigmoid")),
        name_scores(replace(head(one), weights=None, weights_file=str(one))),
        name_scores(replace(head(one), weights=None, weights_file=str(other))),
        name_scores(ScoreOptions(model="ViT-B-32", weights="openai")),
        name_scores(ScoreOptions(model="ViT-B-32", weights="openai", precision="bf16")),
        name_scores(ScoreOptions(faces=str(one))),
    ]
    assert len(set(names)) == len(names)


def test_device_batch_and_folder_do_not_change_the_name(tmp_path: Path) -> None:
    weights = tmp_path / "w"
    weights.write_bytes(b"1")
    file = {"weights_file": str(weights)}
    first = ScoreOptions(model="/a/run", device="cpu", batch_size=3, folder="/a/run", **file)
    second = ScoreOptions(model="/b/run/", device="cuda", batch_size=64, folder="/b/run/", **file)
    assert name_scores(first) == name_scores(second)


def test_a_tag_names_its_weights_wherever_they_lie() -> None:
    tag = ScoreOptions(model="ViT-B-32", weights="openai", weights_file="/cache/w.safetensors")
    assert name_scores(tag) == "ViT-B-32 openai fp32"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such file"):
        name_scores(ScoreOptions(faces=str(tmp_path / "f.onnx")))
    with pytest.raises(UserError, match="a folder, where a file of weights is due"):
        name_scores(ScoreOptions(faces=str(tmp_path)))
