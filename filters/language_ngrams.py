"""Naive Bayes over the bytes of short texts: the model of py3langid (BSD-3-Clause), in batches.

langid.py (ACL 2012, P12-3005) picks the byte sequences that tell languages from one another and
not topics; the model of the fork knows 139 languages. Its own code reads one text at a time;
here all texts of a batch go through its automaton together, which takes a twentieth of the time.
"""

import io
import lzma
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from filters.language_codes import language_code
from schemas.errors import UserError

MAX_BYTES = 256  # measured in docs/language.md: what follows changes no verdict
_NEVER = np.float32(-1e9)

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class NgramModel:
    """Arrays of the model: an automaton over bytes, and what each sequence says.

    Attributes:
        labels: Of the columns; a language may have two (Serbian in two scripts), see `twins`.
        twins: Columns of one label: the first, the other.
        weights: Log-likelihood of a sequence (row) in a language (column).
        priors: Of the languages.
        rows: Start of a state's row in `moves`.
        moves: State after a byte.
        found: Sequence that ends in a state, or -1.
    """

    labels: tuple[str, ...]
    twins: tuple[tuple[int, int], ...]
    weights: Floats
    priors: Floats
    rows: Ints
    moves: Ints
    found: Ints

    def log_odds(self, texts: Sequence[str]) -> Floats:
        """Returns a row of scores a text, a column a label; their softmax is the probability."""
        encoded = [text.encode("utf-8", "ignore")[:MAX_BYTES] for text in texts]
        sizes = np.fromiter(map(len, encoded), np.int32, len(encoded))
        order = np.argsort(-sizes, kind="stable")
        scores = np.empty((len(encoded), len(self.labels)), np.float32)
        found = self._walk(encoded, sizes, order)
        scores[order] = _counts(found, len(self.weights)) @ self.weights + self.priors
        # What a text says grows with its length, but not as if its bytes were independent.
        scores /= np.sqrt(np.maximum(sizes, 1))[:, None]
        for first, other in self.twins:
            scores[:, first] = np.maximum(scores[:, first], scores[:, other])
            scores[:, other] = _NEVER
        return scores

    def _walk(self, encoded: list[bytes], sizes: Ints, order: npt.NDArray[np.intp]) -> Ints:
        """Returns the sequences found, a row a text in `order`, a column a byte."""
        longest = int(sizes[order[0]])
        padded = b"".join(encoded[index].ljust(longest, b"\0") for index in order)
        by_place = np.frombuffer(padded, np.uint8).reshape(len(encoded), longest).T.astype(np.int32)
        # The longest texts stand first, so that those still being read are always a beginning.
        alive = np.searchsorted(-sizes[order], -np.arange(1, longest + 1), side="right")
        states = np.zeros(len(encoded), np.int32)
        found = np.full((longest, len(encoded)), -1, np.int32)
        for place, (column, count) in enumerate(zip(by_place, alive, strict=True)):
            states = self.moves.take(self.rows.take(states[:count]) + column[:count])
            found[place, :count] = self.found.take(states)
        return found.T


def _counts(found: Ints, num_sequences: int) -> csr_array:
    """Returns the weight of each sequence in each text.

    The model is made for log(1 + count). Adding up log(2) for each is the same for what occurs
    once, needs no sorting, and changed 2 of 14,945 verdicts.
    """
    is_found = found >= 0
    ends = np.concatenate(([0], np.cumsum(is_found.sum(axis=1), dtype=np.int32)))
    columns = found[is_found]
    weights = np.full(len(columns), math.log(2), np.float32)
    return csr_array((weights, columns, ends), shape=(len(found), num_sequences))


def probabilities(log_odds: Floats) -> Floats:
    """Returns the softmax of each row."""
    powers = np.exp(log_odds - log_odds.max(axis=1, keepdims=True))
    normal: Floats = powers / powers.sum(axis=1, keepdims=True)
    return normal


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
        labels = tuple(language_code(str(label)) for label in data["classes"])
        firsts = {label: labels.index(label) for label in labels}
        return NgramModel(
            labels=labels,
            twins=tuple((firsts[c], i) for i, c in enumerate(labels) if firsts[c] != i),
            weights=data["ptc"].astype(np.float32),
            priors=data["pc"].astype(np.float32),
            rows=data["nextmove_row"].astype(np.int32) << 8,
            moves=data["nextmove"].astype(np.int32).ravel(),
            found=data["out_feat"].astype(np.int32),
        )
