"""Finds benchmark images in a pool: the same bytes, or a near pHash."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np

from dedup.hamming import HASH_BITS, distance
from dedup.hamming_index import HammingIndex, Hashes
from dedup.phash_value import is_featureless
from schemas.records import BenchmarkImage, Match, PoolImage


class _Hashed(Protocol):
    @property
    def phash(self) -> int: ...


class BenchmarkMatcher:
    """Benchmarks prepared for many batches of pool images; picklable, and never changed."""

    def __init__(
        self, benchmark: Sequence[BenchmarkImage], max_distance: int, device: str | None = None
    ) -> None:
        """Prepares the benchmark.

        Args:
            benchmark: Images of one benchmark or several; about 0.4 kB of memory each.
            max_distance: Bits in which the 64-bit pHashes may differ, 0 to 64, inclusive.
            device: As of `HammingIndex`.

        Raises:
            ValueError: `max_distance` is out of range.
        """
        if not 0 <= max_distance <= HASH_BITS:
            raise ValueError(f"max_distance must be 0 to {HASH_BITS}, got {max_distance}")
        self.max_distance = max_distance
        self._benchmark = tuple(benchmark)
        self._by_sha256: dict[str, list[int]] = defaultdict(list)
        for index, image in enumerate(self._benchmark):
            self._by_sha256[image.sha256].append(index)
        self._featured, phashes = _featured_hashes(self._benchmark)
        self._index = HammingIndex(phashes, max_distance, device=device)

    def match(self, pool: Sequence[PoolImage]) -> list[Match]:
        """Returns every pair that matches, sorted; exact, none is missed.

        A pair with the same bytes has method `sha256`, any other `phash`. Hashes that flat
        pictures share (`is_featureless`) say nothing, so they match by bytes alone.
        """
        same_bytes = {
            (index, row)
            for row, image in enumerate(pool)
            for index in self._by_sha256.get(image.sha256, ())
        }
        near = set(self._near_pairs(pool)) - same_bytes
        found = [self._match(index, pool[row], "sha256") for index, row in same_bytes]
        found += [self._match(index, pool[row], "phash") for index, row in near]
        return sorted(found, key=match_order)

    def _near_pairs(self, pool: Sequence[PoolImage]) -> Iterator[tuple[int, int]]:
        rows, phashes = _featured_hashes(pool)
        near_rows, near_images, _ = self._index.pairs(phashes)
        for row, image in zip(near_rows.tolist(), near_images.tolist(), strict=True):
            yield self._featured[image], rows[row]

    def _match(self, index: int, pool_image: PoolImage, method: str) -> Match:
        image = self._benchmark[index]
        return Match(
            benchmark=image.benchmark,
            benchmark_key=image.key,
            uid=pool_image.uid,
            pool_key=pool_image.pool_key,
            url=pool_image.url,
            method=method,
            distance=distance(image.phash, pool_image.phash),
        )


def match_images(
    benchmark: Sequence[BenchmarkImage], pool: Sequence[PoolImage], max_distance: int
) -> list[Match]:
    """Returns every match of a pool that fits in memory; see `BenchmarkMatcher`."""
    return BenchmarkMatcher(benchmark, max_distance).match(pool)


def match_order(match: Match) -> tuple[str, str, int, str]:
    """Sorts matches by benchmark, its image, distance and pool image."""
    return (match.benchmark, match.benchmark_key, match.distance, match.pool_key)


def _featured_hashes(images: Sequence[_Hashed]) -> tuple[list[int], Hashes]:
    rows = [row for row, image in enumerate(images) if not is_featureless(image.phash)]
    return rows, np.array([images[row].phash for row in rows], dtype=np.uint64)
