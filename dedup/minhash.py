"""MinHash of short texts: signatures by rensa, bands, and the exact similarity that decides.

Broder 1997 (On the resemblance and containment of documents); banding as in Leskovec, Rajaraman,
Ullman, Mining of Massive Datasets, 3.4. A text is the set of its runs of `GRAM` characters: words
would be too few, a caption has about ten.
"""

import hashlib
from collections.abc import Iterator

import numpy as np
import rensa  # type: ignore[import-untyped]

GRAM = 5  # bytes of UTF-8; datatrove has 5 words for documents of hundreds of words
_SEED = 42  # another seed is another result: it belongs to the algorithm
_WANTED_RECALL = 0.95  # of the pairs that are just similar enough
_KEY_BYTES = 12


def grams(text: str) -> frozenset[bytes]:
    """Returns the runs of a normalised text; itself, if it is shorter; none of an empty one."""
    data = text.encode("utf-8", "surrogatepass")
    if not data:
        return frozenset()
    return frozenset(data[start : start + GRAM] for start in range(max(1, len(data) - GRAM + 1)))


def similarity(one: frozenset[bytes], other: frozenset[bytes]) -> float:
    """Returns the Jaccard index, 0 to 1."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else 0.0


def rows_per_band(permutations: int, threshold: float) -> int:
    """Returns the most rows, so the fewest chance meetings, that still find what is wanted.

    Two texts of similarity s share one of b bands of r rows with chance 1 - (1 - s^r)^b.
    """
    for rows in range(permutations, 1, -1):
        missed = (1 - threshold**rows) ** (permutations // rows)
        if 1 - missed >= _WANTED_RECALL:
            return rows
    return 1


def band_keys(runs: frozenset[bytes], permutations: int, rows: int) -> Iterator[bytes]:
    """Yields a key for each band of the signature; texts that share one may be similar."""
    if not runs:
        return
    # Sorted, so that nothing can depend on the order of a set; it costs a microsecond.
    matrix = rensa.RMinHash.digests_from_token_sets([sorted(runs)], permutations, _SEED)
    signature = np.array(matrix[0], dtype="<u4").tobytes()
    size = 4 * rows
    for band in range(permutations // rows):
        part = signature[band * size : (band + 1) * size]
        yield hashlib.blake2b(
            part, digest_size=_KEY_BYTES, salt=band.to_bytes(2, "little")
        ).digest()
