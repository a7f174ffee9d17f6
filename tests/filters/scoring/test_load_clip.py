from pathlib import Path

import numpy as np
import open_clip
import pytest
import torch
from PIL import Image

from filters.scoring.load_clip import count_dimensions, load_clip, load_preparation, pick_device
from filters.scoring.options import ScoreOptions
from schemas.errors import UserError
from tests.filters.scoring.models import MEAN, STD


def test_preparation_and_numbers_are_open_clips_own(
    tiny_clip: str, pictures: list[Image.Image]
) -> None:
    options = ScoreOptions(model=tiny_clip, device="cpu")
    preparation, clip = load_preparation(options), load_clip(options)
    _, _, preprocess = open_clip.create_model_and_transforms(f"local-dir:{tiny_clip}")
    for picture in pictures:
        prepared = preparation.image(picture)
        assert prepared.shape == (64, 64, 3)
        ours = (torch.from_numpy(prepared).permute(2, 0, 1) / 255 - clip.mean) / clip.std
        torch.testing.assert_close(ours, preprocess(picture), atol=1e-6, rtol=0)
    assert clip.mean.flatten().tolist() == pytest.approx(MEAN)
    assert clip.std.flatten().tolist() == pytest.approx(STD)
    assert count_dimensions(options) == 128


def test_long_texts_are_cut_as_open_clip_cuts_them(tiny_clip: str) -> None:
    text = "a very long caption " * 40
    tokens = load_preparation(ScoreOptions(model=tiny_clip)).text(text)
    expected = open_clip.get_tokenizer(f"local-dir:{tiny_clip}")([text])[0]
    np.testing.assert_array_equal(tokens, expected.numpy())


def test_means_of_a_tag_are_its_own_and_nothing_is_fetched_for_them() -> None:
    options = ScoreOptions(model="ViT-B-16", weights="dfn2b", weights_file="in the cache")
    preparation = load_preparation(options)
    assert preparation.image(Image.new("RGB", (300, 500))).shape == (224, 224, 3)


def test_weights_of_a_file_go_into_an_architecture_of_open_clip(tmp_path: Path) -> None:
    model = open_clip.create_model("ViT-S-32-alt")
    torch.save(model.state_dict(), tmp_path / "w.pt")
    options = ScoreOptions(
        model="ViT-S-32-alt", weights=str(tmp_path / "w.pt"), device="cpu", precision="bf16"
    )
    clip = load_clip(options)
    assert clip.model.visual.conv1.weight.dtype == torch.bfloat16
    assert not clip.model.training
    embedding = clip.embed_images(np.zeros((1, 224, 224, 3), np.uint8))
    assert embedding.dtype == torch.float32
    assert embedding.norm().item() == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("body", [b"damaged", b""])
def test_damaged_weights_are_the_users_mistake(tiny_clip: str, tmp_path: Path, body: bytes) -> None:
    for name in ("w.pt", "w.safetensors"):
        (tmp_path / name).write_bytes(body)
        options = ScoreOptions(model=tiny_clip, weights=str(tmp_path / name), device="cpu")
        with pytest.raises(UserError, match="damaged, or no weights of"):
            load_clip(options)


def test_weights_that_a_worker_cannot_read_are_named(tiny_clip: str) -> None:
    options = ScoreOptions(model=tiny_clip, folder=tiny_clip, weights_file="/elsewhere/w.pt")
    with pytest.raises(UserError, match=r"/elsewhere/w\.pt: not on this worker"):
        load_clip(options)


def test_an_unknown_model_or_device_is_named() -> None:
    with pytest.raises(UserError, match=r"model = 'ViT-Z-99': no folder, and none of open_clip's"):
        load_preparation(ScoreOptions(model="ViT-Z-99", weights="openai"))
    with pytest.raises(UserError, match="device = 'abacus'"):
        pick_device("abacus")
    if not torch.cuda.is_available():
        with pytest.raises(UserError, match="device = 'cuda:1': torch sees no GPU"):
            pick_device("cuda:1")
    assert pick_device("auto").type in ("cpu", "cuda")
