"""All pairs of hashes within a distance by comparing every pair, as one matrix product in torch.

Bits as +1 and -1 turn a Hamming distance into an inner product: distance = (bits - product) / 2.
Products of at most 256 bits are whole numbers up to 256, which bfloat16 holds exactly, and tensor
cores sum in float32 or in parts that are as small: so nothing is rounded, on any device. Blocks are
held against the limit where they are made; only rows with a hit are looked at again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from dedup.flat_search import Found
from schemas.errors import UserError

if TYPE_CHECKING:
    import torch  # noqa: TID251 - for its types; loaded where a device is asked for

WORD_BITS: Final = 64
MAX_WORDS: Final = 4  # bfloat16 counts to 256

# Pairs of a block, in two bytes each; a processor's blocks fit its cache.
_BLOCK_PAIRS: Final = {"cuda": 2**28, "cpu": 2**20}
_QUERIES: Final = {"cuda": 2**13, "cpu": 2**10}


@dataclass(frozen=True, eq=False)
class MatrixSearch:
    """References to compare with on a device; pickled as hashes, put there where it is used.

    Attributes:
        references: Shape [N, words], at most `MAX_WORDS`.
        max_distance: Inclusive.
        device: As torch names it.
    """

    references: NDArray[np.uint64]
    max_distance: int
    device: str = "cuda"

    def __post_init__(self) -> None:
        if self.references.shape[1] > MAX_WORDS:
            raise ValueError(f"hashes of at most {MAX_WORDS * WORD_BITS} bits are compared exactly")

    def __reduce__(self) -> tuple[type[MatrixSearch], tuple[NDArray[np.uint64], int, str]]:
        return MatrixSearch, (self.references, self.max_distance, self.device)

    def pairs(self, queries: NDArray[np.uint64]) -> Iterator[Found]:
        """Yields query indices, reference indices and distances, in no particular order."""
        kind = self._place.type
        height = _QUERIES.get(kind, _QUERIES["cuda"])
        width = max(1, _BLOCK_PAIRS.get(kind, _BLOCK_PAIRS["cuda"]) // height)
        for top in range(0, len(queries), height):
            asked = self._on_device(queries[top : top + height])
            for left in range(0, len(self.references), width):
                query, reference, bits = self._near(asked, self._signs[left : left + width])
                if len(query):
                    yield query + top, reference + left, bits

    def _near(self, asked: torch.Tensor, references: torch.Tensor) -> Found:
        import torch  # noqa: TID251

        products = asked @ references.T
        least = WORD_BITS * self.references.shape[1] - 2 * self.max_distance
        rows = (products.amax(dim=1) >= least).nonzero()[:, 0]
        near = products[rows]
        hits = (near >= least).nonzero()
        found = near[hits[:, 0], hits[:, 1]].to(torch.int64)
        distances = (WORD_BITS * self.references.shape[1] - found) // 2
        parts = torch.stack([rows[hits[:, 0]], hits[:, 1], distances]).cpu().numpy()
        return parts[0], parts[1], parts[2]

    @cached_property
    def _place(self) -> torch.device:
        return find_device(self.device)

    @cached_property
    def _signs(self) -> torch.Tensor:
        return self._on_device(self.references)

    def _on_device(self, hashes: NDArray[np.uint64]) -> torch.Tensor:
        import torch  # noqa: TID251

        # Few processors multiply bfloat16 faster.
        kind = torch.float32 if self._place.type == "cpu" else torch.bfloat16
        return signs(hashes, self._place, kind)


def find_device(name: str) -> torch.device:
    """Returns the device called `name`.

    Raises:
        UserError: torch is not installed, or has no such device.
    """
    try:
        import torch  # noqa: TID251
    except ModuleNotFoundError:
        raise UserError(
            "device: torch is not installed (pip install webimagetext[training])"
        ) from None
    try:
        device = torch.device(name)
    except RuntimeError:
        raise UserError(f"device {name!r}: take cpu, cuda or cuda:N") from None
    if device.type == "cuda" and not torch.cuda.is_available():
        raise UserError(f"device {name!r}: torch finds no GPU here")
    return device


def signs(hashes: NDArray[np.uint64], device: torch.device, kind: torch.dtype) -> torch.Tensor:
    """Returns bits as +1 and -1, shape [N, bits]."""
    import torch  # noqa: TID251

    words = torch.from_numpy(np.ascontiguousarray(hashes).view(np.int64)).to(device)
    bits = (words[:, :, None] >> torch.arange(WORD_BITS, device=device)) & 1
    return (2 * bits - 1).reshape(len(hashes), -1).to(kind)
