"""How to cut hashes into bands, so that near hashes agree, or nearly agree, in one of them.

Multi-index hashing (arXiv 1307.2982, section 3): d differing bits cannot spend more than a band's
radius in every band if the radii, each plus one, add up to d + 1.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise
from math import comb

import numpy as np
from numpy.typing import NDArray

WORD_BITS = 64

# Measured with numpy 2 on one core of an EPYC 9005, in nanoseconds: a probe of a bucket, a hash
# found there, a hash sorted into a band, a bucket made, a pair of 64-bit words compared by
# `dedup.flat_search`.
_PROBE_NS = 4.0
_CANDIDATE_NS = 12.0
_SORTED_NS = 80.0
_BUCKET_NS = 2.0
_WORD_NS = 0.04
# Bands a word: from 22 bits, whose table of buckets takes 32 MB, to 8.
_CUTS = (3, 4, 5, 6, 8)
_SAMPLE = 4096


@dataclass(frozen=True, kw_only=True)
class Band:
    """Some bits of a hash.

    Attributes:
        word: Which of the hash's 64-bit words they are in.
        low: The lowest of them.
        bits: How many.
        radius: In how many of them two hashes may differ.
    """

    word: int
    low: int
    bits: int
    radius: int

    def keys(self, hashes: NDArray[np.uint64]) -> NDArray[np.uint32]:
        """Returns the value of these bits, for hashes of shape [N, words]."""
        mask = np.uint64((1 << self.bits) - 1)
        return ((hashes[:, self.word] >> np.uint64(self.low)) & mask).astype(np.uint32)

    @property
    def num_flips(self) -> int:
        """How many flips there are, without listing them."""
        return sum(comb(self.bits, count) for count in range(self.radius + 1))

    @cached_property
    def flips(self) -> NDArray[np.uint32]:
        """Every way, as bits to turn, in which a key may differ."""
        return np.array(
            [
                sum(1 << bit for bit in turned)
                for count in range(self.radius + 1)
                for turned in combinations(range(self.bits), count)
            ],
            np.uint32,
        )


def cut(words: int, per_word: int, max_distance: int) -> list[Band]:
    """Cuts hashes into bands; of which none may be left out.

    Args:
        words: 64-bit words of a hash.
        per_word: Bands of a word.
        max_distance: In which two hashes may differ as a whole.
    """
    shared, left = divmod(max_distance + 1, words * per_word)
    edges = [WORD_BITS * band // per_word for band in range(per_word + 1)]
    places = [(word, low, high) for word in range(words) for low, high in pairwise(edges)]
    return [
        Band(word=word, low=low, bits=high - low, radius=shared - (number >= left))
        for number, (word, low, high) in enumerate(places)
        if shared - (number >= left) >= 0
    ]


def choose_bands(
    references: NDArray[np.uint64], queries: NDArray[np.uint64], num_queries: int, max_distance: int
) -> list[Band] | None:
    """Returns the bands that find all pairs soonest; None if comparing every pair is sooner.

    The choice decides the time alone, never the result.

    Args:
        references: Shape [N, words].
        queries: Shape [any, words], of the kind that will be asked.
        num_queries: How many will be asked.
        max_distance: In bits.
    """
    words = references.shape[1]
    ours, theirs = references[_sample(len(references))], queries[_sample(len(queries))]
    best, best_ns = None, _WORD_NS * words * num_queries * len(references)
    for per_word in _CUTS:
        bands = cut(words, per_word, max_distance)
        if any(band.radius > 3 for band in bands):
            continue  # thousands of probes a band: never worth it, and slow to list
        cost_ns = 0.0
        for band in bands:
            met = max(_share_met(band.keys(ours), band.keys(theirs)), 2.0**-band.bits)
            per_probe = _PROBE_NS + _CANDIDATE_NS * met * len(references)
            cost_ns += num_queries * band.num_flips * per_probe
            cost_ns += _SORTED_NS * len(references) + _BUCKET_NS * 2**band.bits
        if cost_ns < best_ns:
            best, best_ns = bands, cost_ns
    return best


def _sample(count: int) -> slice:
    return slice(None, None, max(1, count // _SAMPLE))


def _share_met(ours: NDArray[np.uint32], theirs: NDArray[np.uint32]) -> float:
    """Returns the share of pairs with the same key."""
    keys, counts = np.unique(ours, return_counts=True)
    place = np.minimum(np.searchsorted(keys, theirs), len(keys) - 1)
    met = counts[place][keys[place] == theirs].sum()
    return float(met) / (len(ours) * len(theirs))
