"""Arrays of a fastText model like lid.176, from its file (arXiv 1612.03651; version 12).

The library's own `predict` gives one label a text and half of its time goes into Python objects.
With the arrays, `filters.language_kernels` has the probability of every label in less time.
"""

import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from schemas.errors import UserError

_MAGIC, _VERSION = 793712314, 12
_HIERARCHICAL, _SUPERVISED = 1, 3
_DIMENSION = 16
_CENTROIDS = 256
_END = b"</s>"

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class FasttextArrays:
    """A supervised model with hierarchical softmax.

    Attributes:
        labels: Without `__label__`.
        words: All words, one after the other; a word is `words[starts[i] : starts[i + 1]]`.
        starts: One more than there are words.
        slots: Open addressing by FNV-1a hash: number of a word, or -1; a power of two long.
        end: Number of the word that ends each line, or -1.
        ngrams: By hash: row of a sequence of characters in `inputs`, or 0 where it was pruned.
        min_chars: Of a sequence.
        max_chars: Of a sequence.
        inputs: A vector for each word and sequence.
        nodes: A vector for each inner node of the tree of labels.
        children: By inner node, the root last: a label, or `len(labels)` + a node.
    """

    labels: tuple[str, ...]
    words: Bytes
    starts: Ints
    slots: Ints
    end: int
    ngrams: npt.NDArray[np.uint16] | Ints
    min_chars: int
    max_chars: int
    inputs: Floats
    nodes: Floats
    children: Ints


class _Reader:
    """Values of a file, one after the other, in the byte order of the machines that write it."""

    def __init__(self, data: bytes) -> None:
        self._data, self._place = data, 0

    def values(self, kinds: str) -> tuple[Any, ...]:
        found = struct.unpack_from(f"<{kinds}", self._data, self._place)
        self._place += struct.calcsize(f"<{kinds}")
        return found

    def array(self, kind: str, count: int) -> npt.NDArray[Any]:
        found = np.frombuffer(self._data, kind, count, self._place)
        self._place += found.nbytes
        return found

    def word(self) -> bytes:
        start, self._place = self._place, self._data.index(b"\0", self._place) + 1
        return self._data[start : self._place - 1]


@cache
def read_arrays(path: str) -> FasttextArrays:
    """Reads a model of the kind of lid.176.ftz.

    Raises:
        UserError: It is of another kind.
    """
    reader = _Reader(Path(path).read_bytes())
    if reader.values("2i") != (_MAGIC, _VERSION):
        raise UserError(f"{path}: no fastText model is there")
    size, _, _, _, _, order, loss, model, buckets, low, high, _, _ = reader.values("12id")
    if (size, order, loss, model) != (_DIMENSION, 1, _HIERARCHICAL, _SUPERVISED):
        raise UserError(
            f"{path}: the n-grams go with lid.176.ftz and lid.176.bin only: "
            "leave language_second_opinion out"
        )
    size, num_words, num_labels, _, num_pruned = reader.values("3i2q")
    entries = [(reader.word(), *reader.values("qb")) for _ in range(size)]
    ngrams = _sequences(reader, num_pruned, num_words, buckets)
    inputs = _matrix(reader, reader.values("?")[0])
    nodes = _matrix(reader, reader.values("?")[0])
    words = [word for word, _, _ in entries[:num_words]]
    ends = np.cumsum([0, *map(len, words)])
    return FasttextArrays(
        labels=tuple(word.decode().removeprefix("__label__") for word, _, _ in entries[num_words:]),
        words=np.frombuffer(b"".join(words), np.uint8),
        starts=ends.astype(np.int32),
        slots=_slots(words),
        end=words.index(_END) if _END in words else -1,
        # In 4 MB instead of 8: they are read at random.
        ngrams=ngrams.astype(np.uint16) if len(inputs) < 1 << 16 else ngrams,
        min_chars=low,
        max_chars=high,
        inputs=inputs,
        nodes=nodes[: num_labels - 1],
        children=_tree([count for _, count, _ in entries[num_words:]]),
    )


def _sequences(reader: _Reader, num_kept: int, num_words: int, buckets: int) -> Ints:
    if num_kept < 0:  # nothing was pruned
        return np.arange(num_words, num_words + buckets, dtype=np.int32)
    pairs = reader.array("<i4", 2 * num_kept).reshape(-1, 2)
    ngrams = np.zeros(buckets, np.int32)
    ngrams[pairs[:, 0]] = num_words + pairs[:, 1]
    return ngrams


def _matrix(reader: _Reader, is_quantised: bool) -> Floats:
    if not is_quantised:
        rows, columns = reader.values("2q")
        return reader.array("<f4", rows * columns).reshape(rows, columns)
    has_norms, rows, columns, num_codes = reader.values("?2qi")
    codes = reader.array("u1", num_codes).reshape(rows, -1)
    matrix = _decode(reader, codes)[:, :columns]
    if has_norms:
        matrix = matrix * _decode(reader, reader.array("u1", rows)[:, None])
    return np.ascontiguousarray(matrix, np.float32)


def _decode(reader: _Reader, codes: Bytes) -> Floats:
    """Returns the vectors that product quantisation stands for; the codebook comes next."""
    columns, parts, width, last_width = reader.values("4i")
    centroids = reader.array("<f4", columns * _CENTROIDS)
    whole = centroids[: (parts - 1) * _CENTROIDS * width].reshape(parts - 1, _CENTROIDS, width)
    last = centroids[(parts - 1) * _CENTROIDS * width :].reshape(_CENTROIDS, last_width)
    return np.hstack([*(part[codes[:, i]] for i, part in enumerate(whole)), last[codes[:, -1]]])


def _slots(words: list[bytes]) -> Ints:
    slots = np.full(1 << (4 * len(words)).bit_length(), -1, np.int32)
    for number, word in enumerate(words):
        slot = fnv1a(word) & (len(slots) - 1)
        while slots[slot] >= 0:
            slot = (slot + 1) & (len(slots) - 1)
        slots[slot] = number
    return slots


def fnv1a(word: bytes) -> int:
    """Returns fastText's hash: 32-bit FNV-1a over signed bytes."""
    value = 2166136261
    for byte in word:
        signed = byte | 0xFFFFFF00 if byte > 127 else byte
        value = (value ^ signed) * 16777619 & 0xFFFFFFFF
    return value


def _tree(counts: list[int]) -> Ints:
    """Returns the children of fastText's Huffman tree of labels by falling count."""
    sums = [*counts, *[10**15] * (len(counts) - 1)]
    leaf, node = len(counts) - 1, len(counts)
    pairs = []
    for parent in range(len(counts), 2 * len(counts) - 1):
        pair = []
        for _ in range(2):
            if leaf >= 0 and sums[leaf] < sums[node]:
                pair.append(leaf)
                leaf -= 1
            else:
                pair.append(node)
                node += 1
        sums[parent] = sums[pair[0]] + sums[pair[1]]
        pairs.append(pair)
    return np.array(pairs, np.int32)
