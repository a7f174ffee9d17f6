"""Copies among the benchmarks themselves: within one, and between two."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, Protocol

from schemas.records import BenchmarkImage, Match, PoolImage


class Between(NamedTuple):
    """A benchmark image that has a copy in a benchmark.

    Attributes:
        match: Its pool image is the copy; its pool key is the copy's.
        other: The benchmark that the copy is of: the same, or another.
    """

    match: Match
    other: str


class _Matcher(Protocol):
    def match(self, pool: Sequence[PoolImage]) -> list[Match]: ...


def find_between(matcher: _Matcher, images: Sequence[BenchmarkImage]) -> Iterator[Between]:
    """Yields the copies of all benchmark images among `images`, no image for its own copy.

    Args:
        matcher: Of the images of all benchmarks.
        images: Some of them.
    """
    for match in matcher.match([_as_pool_image(n, image) for n, image in enumerate(images)]):
        other = images[int(match.pool_key)]
        if (match.benchmark, match.benchmark_key) != (other.benchmark, other.key):
            yield Between(replace(match, pool_key=other.key), other.benchmark)


def between_matrix(
    between: Iterable[Between], benchmarks: Sequence[str]
) -> dict[str, dict[str, dict[str, int]]]:
    """Returns, by benchmark and other: its `images` with a copy there, and the `pairs`."""
    found = defaultdict[tuple[str, str], list[str]](list)
    for match, other in between:
        found[match.benchmark, other].append(match.benchmark_key)
    return {
        name: {
            other: {"images": len(set(found[name, other])), "pairs": len(found[name, other])}
            for other in benchmarks
        }
        for name in benchmarks
    }


def between_order(pair: Between) -> tuple[str, str, str, str]:
    """Sorts pairs by image and copy."""
    match = pair.match
    return match.benchmark, match.benchmark_key, pair.other, match.pool_key


def between_row(pair: Between) -> dict[str, Any]:
    """Returns the row of `BETWEEN`."""
    match = pair.match
    return {
        "benchmark": match.benchmark,
        "benchmark_key": match.benchmark_key,
        "other": pair.other,
        "other_key": match.pool_key,
        "method": match.method,
        "distance": match.distance,
        "transform": match.transform,
        "score": match.score,
        "crop": match.crop,
    }


def _as_pool_image(number: int, image: BenchmarkImage) -> PoolImage:
    return PoolImage(
        pool_key=str(number), sha256=image.sha256, phash=image.phash, thumbnail=image.thumbnail
    )
