from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from filters.scoring.load_clip import load_preparation
from filters.scoring.options import HeadOptions, ScoreOptions
from filters.scoring.scorer import Scores, load_scorer, one_thread
from schemas.errors import UserError
from tests.filters.scoring.conftest import TEXTS
from tests.filters.scoring.models import open_clip_scores, write_linear_head


def score(options: ScoreOptions, pictures: list[Image.Image]) -> Scores:
    """All pictures with their texts, in batches of the options' size."""
    preparation, scorer = load_preparation(options), load_scorer(options)
    images = np.stack([preparation.image(picture) for picture in pictures])
    tokens = np.stack([preparation.text(text) for text in TEXTS])
    size = options.batch_size
    parts = [
        scorer.score(images[start : start + size], tokens[start : start + size])
        for start in range(0, len(images), size)
    ]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def test_scores_are_open_clips_own(
    tiny_clip: str, pictures: list[Image.Image], head_path: Path
) -> None:
    head = write_linear_head(head_path)
    heads = (("aesthetic_score", HeadOptions(path=str(head_path))),)
    scores = score(ScoreOptions(model=tiny_clip, heads=heads, device="cpu"), pictures)
    cosines, embeddings = open_clip_scores(tiny_clip, pictures, TEXTS)
    np.testing.assert_allclose(scores["clip_score"], cosines.numpy(), atol=1e-5)
    with torch.no_grad():
        expected = head(embeddings)[:, 0].numpy()
    np.testing.assert_allclose(scores["aesthetic_score"], expected, atol=1e-5)


def test_the_size_of_a_batch_changes_no_score(tiny_clip: str, pictures: list[Image.Image]) -> None:
    one, *others = (
        score(ScoreOptions(model=tiny_clip, device="cpu", batch_size=size), pictures)["clip_score"]
        for size in (1, 4, 11)
    )
    for other in others:
        np.testing.assert_allclose(other, one, atol=1e-6)


def test_company_in_a_batch_changes_not_a_bit(tiny_clip: str, pictures: list[Image.Image]) -> None:
    options = ScoreOptions(model=tiny_clip, device="cpu", batch_size=8)
    preparation, scorer = load_preparation(options), load_scorer(options)
    images = np.stack([preparation.image(picture) for picture in pictures])
    tokens = np.stack([preparation.text(text) for text in TEXTS])
    together = scorer.score(images[:8], tokens[:8])["clip_score"]
    apart = [scorer.score(images[n : n + 3], tokens[n : n + 3])["clip_score"] for n in (0, 3)]
    np.testing.assert_array_equal(together[:6], np.concatenate(apart))


def test_a_head_for_other_embeddings_is_refused(tiny_clip: str, head_path: Path) -> None:
    write_linear_head(head_path, inputs=768)
    heads = (("aesthetic_score", HeadOptions(path=str(head_path))),)
    with pytest.raises(UserError, match=r"a head for 768 dimensions, but .* has 128"):
        load_scorer(ScoreOptions(model=tiny_clip, heads=heads, device="cpu"))


def test_scoring_takes_one_core_and_leaves_torch_as_it_was() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with one_thread():
            assert torch.get_num_threads() == 1
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
