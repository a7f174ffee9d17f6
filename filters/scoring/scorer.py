"""The scores of a batch of pairs: cosine of image and text, and what the heads say.

DataComp's and LAION's CLIP score is this cosine, without the temperature (arXiv 2304.14108, 3.4).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from filters.scoring.heads import load_head, num_inputs
from filters.scoring.load_clip import Clip, Pixels, count_dimensions, load_clip
from filters.scoring.options import ScoreOptions
from schemas.errors import UserError

Scores = dict[str, NDArray[np.float32]]


@dataclass(frozen=True, kw_only=True)  # no slots: Beam shares it by a weak reference
class Scorer:
    """Scores prepared pairs; every batch is filled up to one size.

    A matrix product of another size may add up in another order: with one size a pair's scores do
    not depend on which pairs it shares a batch with.
    """

    clip: Clip
    heads: dict[str, nn.Module]
    batch_size: int

    def score(self, image_BHWC: Pixels, token_BT: NDArray[np.int32]) -> Scores:
        """Returns `clip_score` and a column for each head, B values each.

        Args:
            image_BHWC: Prepared images, at most `batch_size`.
            token_BT: Their texts.
        """
        count = len(image_BHWC)
        with one_thread(), torch.inference_mode():
            image_BD = self.clip.embed_images(_fill(image_BHWC, self.batch_size))
            text_BD = self.clip.embed_texts(_fill(token_BT, self.batch_size))
            scores = {"clip_score": (image_BD * text_BD).sum(dim=-1)}
            scores |= {column: head(image_BD) for column, head in self.heads.items()}
            return {column: _to_numpy(values)[:count] for column, values in scores.items()}


def load_scorer(options: ScoreOptions) -> Scorer:
    """Returns the scorer of the model and heads in `options`.

    Raises:
        UserError: Weights do not fit.
    """
    check_heads(options)
    clip = load_clip(options)
    heads = {column: load_head(head, clip.device) for column, head in options.heads}
    return Scorer(clip=clip, heads=heads, batch_size=options.batch_size)


def check_heads(options: ScoreOptions) -> None:
    """Raises `UserError` for a head that cannot be read, or is for other embeddings."""
    if not options.heads:
        return
    dimensions = count_dimensions(options)
    for _, head in options.heads:
        if (takes := num_inputs(load_head(head, torch.device("cpu")))) != dimensions:
            raise UserError(
                f"{head.path}: a head for {takes} dimensions, but {options.model} has {dimensions}"
            )


@contextmanager
def one_thread() -> Iterator[None]:
    """Keeps torch to one core meanwhile.

    There are as many workers as cores, each of which scores. With torch's own threads in each,
    they wait for one another; and sums in other pieces would have other last bits.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _fill(values: np.ndarray, size: int) -> np.ndarray:
    missing = size - len(values)
    if missing <= 0:
        return values
    return np.concatenate([values, np.zeros((missing, *values.shape[1:]), values.dtype)])


def _to_numpy(values: Tensor) -> NDArray[np.float32]:
    return values.float().cpu().numpy()
