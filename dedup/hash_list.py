"""A list of pictures that nobody may keep, by their hashes; no list comes with this project.

One entry a line, a comment behind `#`: `sha256:HEX`, `sha1:HEX` or `md5:HEX` (a bare HEX is one of
these by its length), `pdq:HEX [DISTANCE]`, `phash:HEX [DISTANCE]`.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dedup import pdq
from dedup.phash_value import is_featureless
from schemas.errors import UserError

# Of 64-bit pHashes: the largest without a false hit where we measured (docs/decisions/0004).
PHASH_DISTANCE = 4

_DIGEST_BYTES = {"md5": 16, "sha1": 20, "sha256": 32}
_KIND_BY_LENGTH = {2 * size: kind for kind, size in _DIGEST_BYTES.items()}
# Bits of each perceptual hash, and its distance where the line names none.
_NEAR = {"pdq": (pdq.PDQ_BITS, pdq.MAX_DISTANCE), "phash": (64, PHASH_DISTANCE)}
_LINE = re.compile(r"(?:(\w+):)?\s*([0-9a-f]+)(?:[\s,]+(\d+))?\Z", re.IGNORECASE)

Words = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Digests:
    """Exact hashes of one kind, sorted by their first 8 bytes: 44 bytes an entry of sha256."""

    prefixes: Words
    digests: npt.NDArray[np.uint8]
    lines: npt.NDArray[np.uint32]

    def find(self, digest: bytes) -> int | None:
        """Returns the line that names `digest`."""
        prefix = np.frombuffer(digest[:8], np.uint64)[0]
        at = int(np.searchsorted(self.prefixes, prefix))
        while at < len(self.prefixes) and self.prefixes[at] == prefix:
            if self.digests[at].tobytes() == digest:
                return int(self.lines[at])
            at += 1
        return None


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Perceptual hashes, each with how far a picture may be from it."""

    words: Words  # [entries, bits / 64]
    distances: npt.NDArray[np.uint16]
    lines: npt.NDArray[np.uint32]

    def find(self, value: int) -> int | None:
        """Returns the first line whose hash is near `value`; compares all of them."""
        if not len(self.lines):
            return None
        bits = self.words.shape[1] * 64
        asked = np.frombuffer(value.to_bytes(bits // 8, "big"), np.uint64)
        found = np.bitwise_count(self.words ^ asked).sum(axis=1, dtype=np.uint16)
        hits = np.flatnonzero(found <= self.distances)
        return int(self.lines[hits[0]]) if len(hits) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class HashList:
    """The entries of a list, by kind; lines count from 1."""

    digests: dict[str, Digests]
    phashes: Neighbours
    pdqs: Neighbours

    def find_bytes(self, body: bytes) -> int | None:
        """Returns the line that names these very bytes."""
        for kind, table in self.digests.items():
            digest = hashlib.new(kind, body, usedforsecurity=False).digest()
            if (line := table.find(digest)) is not None:
                return line
        return None

    def find_picture(self, phash: int, pixels: npt.NDArray[np.uint8]) -> int | None:
        """Returns the line that names a picture like this one.

        Args:
            phash: `dedup.phash`, of the upright original.
            pixels: The upright original, for PDQ; not looked at if the list has none.
        """
        if not is_featureless(phash) and (line := self.phashes.find(phash)) is not None:
            return line
        if not len(self.pdqs.lines):
            return None
        found = pdq.pdq(pixels)
        return self.pdqs.find(found.hash) if found.quality >= pdq.MIN_QUALITY else None


def parse_hash_list(lines: Iterable[str], name: str) -> HashList:
    """Returns the list that `lines` write.

    Raises:
        UserError: A line is no entry; a list that is read in part would let pictures through.
    """
    exact = {kind: _Rows() for kind in _DIGEST_BYTES}
    near = {kind: _Rows() for kind in _NEAR}
    for number, line in enumerate(lines, start=1):
        entry = line.partition("#")[0].strip()
        if not entry:
            continue
        kind, value, distance = _parse(entry, f"{name}:{number}")
        (exact if kind in exact else near)[kind].add(value, number, distance)
    return HashList(
        digests={k: r.digests(_DIGEST_BYTES[k]) for k, r in exact.items() if r.lines},
        phashes=near["phash"].neighbours(_NEAR["phash"][0]),
        pdqs=near["pdq"].neighbours(_NEAR["pdq"][0]),
    )


def _parse(entry: str, where: str) -> tuple[str, bytes, int]:
    found = _LINE.match(entry)
    digits = found[2] if found else ""
    kind = (found[1] or _KIND_BY_LENGTH.get(len(digits), "")).lower() if found else ""
    bits, distance = _NEAR.get(kind, (8 * _DIGEST_BYTES.get(kind, 0), 0))
    if found is None or not bits or len(digits) != bits // 4 or (found[3] and kind not in _NEAR):
        raise UserError(f"{where}: no hash; write sha256:HEX, md5:HEX, pdq:HEX or phash:HEX 4")
    value = bytes.fromhex(digits)
    if kind == "phash" and is_featureless(int.from_bytes(value, "big")):
        raise UserError(f"{where}: this pHash is shared by all pictures of one colour")
    return kind, value, int(found[3]) if found[3] else distance


class _Rows:
    """Entries of one kind while they are read, packed, so that long lists fit."""

    def __init__(self) -> None:
        self.values = bytearray()
        self.lines: list[int] = []
        self.distances: list[int] = []

    def add(self, value: bytes, line: int, distance: int) -> None:
        self.values += value
        self.lines.append(line)
        self.distances.append(distance)

    def digests(self, size: int) -> Digests:
        values = np.frombuffer(bytes(self.values), np.uint8).reshape(-1, size)
        prefixes = np.ascontiguousarray(values[:, :8]).view(np.uint64)[:, 0]
        order = np.argsort(prefixes, kind="stable")
        lines = np.array(self.lines, np.uint32)
        return Digests(prefixes[order], values[order], lines[order])

    def neighbours(self, bits: int) -> Neighbours:
        words = np.frombuffer(bytes(self.values), np.uint64).reshape(-1, bits // 64)
        return Neighbours(
            words, np.array(self.distances, np.uint16), np.array(self.lines, np.uint32)
        )
