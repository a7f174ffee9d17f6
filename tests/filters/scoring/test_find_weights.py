from pathlib import Path

import pytest

from filters.scoring.find_weights import find_weights
from schemas.errors import UserError


def touch(path: Path) -> str:
    path.parent.mkdir(exist_ok=True)
    path.touch()
    return str(path)


def test_a_file_is_taken_as_it_is_and_a_tag_is_open_clips(tmp_path: Path) -> None:
    weights = touch(tmp_path / "w.pt")
    assert find_weights("ViT-B-32", weights) == weights
    assert find_weights("ViT-B-32", "openai") is None
    assert find_weights("hf-hub:org/model", None) is None


def test_of_a_run_the_last_whole_checkpoint_counts(tmp_path: Path) -> None:
    touch(tmp_path / "open_clip_config.json")
    for step in (20, 100):
        touch(tmp_path / f"checkpoints/step_{step:08d}.safetensors")
    touch(tmp_path / "checkpoints/step_00000020.json")
    found = find_weights(str(tmp_path), None)
    assert found == str(tmp_path / "checkpoints/step_00000020.safetensors")


def test_a_folder_of_open_clip_has_its_weights_beside_the_config(tmp_path: Path) -> None:
    touch(tmp_path / "open_clip_config.json")
    weights = touch(tmp_path / "open_clip_pytorch_model.bin")
    assert find_weights(str(tmp_path), None) == weights


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="needs weights"):
        find_weights("ViT-B-32", None)
    with pytest.raises(UserError, match=r"holds no open_clip_config\.json"):
        find_weights(str(tmp_path), None)
    touch(tmp_path / "open_clip_config.json")
    with pytest.raises(UserError, match="holds no weights"):
        find_weights(str(tmp_path), None)
    with pytest.raises(UserError, match=r"w\.pt: no such file"):
        find_weights(str(tmp_path), "w.pt")
