"""Naive Bayes over the bytes of short texts: the model of py3langid (BSD-3-Clause).

langid.py (ACL 2012, P12-3005) picks the byte sequences that tell languages from one another and
not topics; the model of the fork knows 139 languages. It is made for log(1 + count) of each
sequence; adding up log(2) is the same for what occurs once, and needs no second pass.
"""

import io
import lzma
import math
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from filters.language_codes import language_code
from schemas.errors import UserError

WEIGHT_UNIT = np.float32(1 / 2048)  # of the weights: half the memory to read at each byte

Floats = npt.NDArray[np.float32]
Shorts = npt.NDArray[np.int16]
Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class NgramModel:
    """Arrays of the model: an automaton over bytes, and what each sequence says.

    Attributes:
        labels: Of the columns; a language may have two (Serbian in two scripts).
        weights: Log-likelihood of a sequence (row) in a language (column), for one occurrence;
            in units of `WEIGHT_UNIT`.
        priors: Of the languages, in the same units.
        rows: Start of a state's row in `moves`.
        moves: State after a byte.
        found: Sequence that ends in a state, or -1.
    """

    labels: tuple[str, ...]
    weights: Shorts
    priors: Floats
    rows: Ints
    moves: Ints
    found: Ints


@cache
def ngram_model() -> NgramModel:
    """Loads the model that the py3langid wheel carries: about 100 MB, half a second.

    Raises:
        UserError: The wheel is not installed.
    """
    spec = find_spec("py3langid")  # found, not imported: of its code nothing is needed
    if spec is None:
        raise UserError(
            "py3langid is not installed: install it, or set language_second_opinion = false"
        )
    path = Path(spec.origin or "").parent / "data" / "model.npz.xz"
    return _read(lzma.decompress(path.read_bytes()))


def _read(npz: bytes) -> NgramModel:
    with np.load(io.BytesIO(npz), allow_pickle=False) as data:
        return NgramModel(
            labels=tuple(language_code(str(label)) for label in data["classes"]),
            weights=np.round(data["ptc"] * (math.log(2) / WEIGHT_UNIT)).astype(np.int16),
            priors=(data["pc"] / WEIGHT_UNIT).astype(np.float32),
            rows=data["nextmove_row"].astype(np.int32) << 8,
            moves=data["nextmove"].astype(np.int32).ravel(),
            found=data["out_feat"].astype(np.int32),
        )
