import pytest
import torch

from schemas.errors import UserError
from training.model import Tokenizer, build_model, bundled_names, find_model, pick_device


def test_the_bundled_models_are_a_vit_and_a_resnet():
    assert bundled_names() == ["tiny", "tiny-resnet"]
    assert [find_model(name).is_resnet for name in bundled_names()] == [False, True]


@pytest.mark.parametrize("name", ["tiny", "tiny-resnet"])
def test_a_bundled_model_embeds_images_and_texts_as_unit_vectors(name):
    spec = find_model(name)
    size = spec.image_size_px
    tokens = Tokenizer(spec)(["a red circle", "x"])
    images, texts, scale = build_model(spec).eval()(torch.zeros(2, 3, size, size), tokens)
    for vectors in (images, texts):
        assert torch.allclose(vectors.norm(dim=-1), torch.ones(2), atol=1e-5)
    assert scale.item() == pytest.approx(1 / 0.07, rel=1e-4)


@pytest.mark.parametrize(
    ("name", "size", "is_resnet"), [("ViT-B-32", 224, False), ("RN50", 224, True)]
)
def test_open_clips_models_go_by_their_names(name, size, is_resnet):
    spec = find_model(name)
    assert (spec.image_size_px, spec.context_length, spec.is_resnet) == (size, 77, is_resnet)


def test_an_unknown_name_shows_the_nearest():
    with pytest.raises(UserError, match="ViT-B-32"):
        find_model("ViT-B/32")


@pytest.mark.parametrize("name", ["hf-hub:some/model", "local-dir:/", "../configs/tiny"])
def test_a_name_that_would_reach_further_than_the_wheel_is_unknown(name):
    with pytest.raises(UserError, match="unknown"):
        find_model(name)


@pytest.mark.parametrize("name", ["roberta-ViT-B-32", "coca_ViT-B-32", "ViT-B-16-SigLIP"])
def test_what_is_no_plain_clip_is_refused(name):
    with pytest.raises(UserError, match="no plain CLIP"):
        find_model(name)


def test_the_same_seed_gives_the_same_weights():
    spec = find_model("tiny")
    weights = []
    for _ in range(2):
        torch.manual_seed(5)
        weights.append(build_model(spec).state_dict())
    assert all(torch.equal(value, weights[1][name]) for name, value in weights[0].items())


def test_long_texts_are_cut_to_the_models_context():
    tokens = Tokenizer(find_model("tiny"))(["word " * 200, ""])
    assert tokens.shape == (2, 32)
    assert tokens.dtype == torch.int64


def test_devices_are_told_or_refused():
    assert pick_device("cpu") == torch.device("cpu")
    assert pick_device("auto").type in ("cpu", "cuda")
    with pytest.raises(UserError, match="--device abacus"):
        pick_device("abacus")
    with pytest.raises(UserError, match="not supported"):
        pick_device("meta")
    with pytest.raises(UserError, match="CUDA devices"):
        pick_device("cuda:99")
