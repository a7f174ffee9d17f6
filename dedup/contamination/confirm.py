"""Finds benchmark images in a pool in two stages: hashes and likeness propose, alignment confirms.

What a hash alone cannot tell apart (dark frames, one object on white) is not a match here, and what
a hash cannot see (crops, frames, mirrored and turned copies) is one.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from dedup.contamination.match import BenchmarkMatcher, match_order
from dedup.contamination.records import DEFAULT_MIN_SCORE
from dedup.hamming import distance
from dedup.verify.thumbnail import read_thumbnails
from dedup.verify.verify import AlignedPair, Looks, Verifier
from schemas.records import BenchmarkImage, Match, PoolImage

# A pair of near hashes needs less, for both would have to err: of 2,539 planted copies within 8
# bits 0.5 % are below .73, of three other photos as near two are (docs/contamination-settings.md).
# Up to `SURE_DISTANCE` needs no second look: smooth pictures have little to align.
MIN_HASHED_SCORE: Final = 0.7
SURE_DISTANCE: Final = 2


class ConfirmingMatcher:
    """Benchmarks prepared for many batches of pool images; never changed.

    Each benchmark is looked for by itself: what is found of one does not depend on the others. A
    picture without thumbnail, on either side, is matched by its hashes alone.
    """

    def __init__(
        self,
        benchmark: Sequence[BenchmarkImage],
        max_distance: int,
        min_score: float = DEFAULT_MIN_SCORE,
        min_scores: Mapping[str, float] | None = None,
    ) -> None:
        """Prepares the benchmark.

        Args:
            benchmark: Images of one benchmark or several; about 16 kB of memory each.
            max_distance: As of `BenchmarkMatcher`.
            min_score: From which an alignment alone makes a match.
            min_scores: Those of single benchmarks, by name.
        """
        self._min_score = min_score
        self._min_scores = dict(min_scores or {})
        self._hashes = BenchmarkMatcher(benchmark, max_distance)
        shown = defaultdict[str, list[BenchmarkImage]](list)
        for image in benchmark:
            if image.thumbnail is not None:
                shown[image.benchmark].append(image)
        self._shown = {name: _Shown(images) for name, images in sorted(shown.items())}

    def match(self, pool: Sequence[PoolImage]) -> list[Match]:
        """Returns every pair that matches, sorted; the same however the pool is cut in batches."""
        return [
            match
            for match in self.candidates(pool)
            if strictness(match) >= self._min_scores.get(match.benchmark, self._min_score)
        ]

    def candidates(self, pool: Sequence[PoolImage]) -> list[Match]:
        """Returns every pair that matches at some least score, sorted; see `strictness`."""
        hashed = self._hashes.match(pool)
        shown = [image for image in pool if image.thumbnail is not None]
        if not shown or not self._shown:
            return hashed
        rows = {image.pool_key: row for row, image in enumerate(shown)}
        looks = Looks(read_thumbnails([image.thumbnail or b"" for image in shown]))
        found: list[Match] = []
        for name, benchmark in self._shown.items():
            asked = {
                (benchmark.row[match.benchmark_key], rows[match.pool_key]): match
                for match in hashed
                if match.benchmark == name and self._is_shown(match, rows)
            }
            aligned = {
                (pair.reference, pair.picture): pair
                for pair in benchmark.verifier.pairs(looks, asked)
            }
            confirmed = (_scored(match, aligned.get(key)) for key, match in asked.items())
            found += (match for match in confirmed if match.score is not None or _is_sure(match))
            found += (
                _aligned(benchmark.images[pair.reference], shown[pair.picture], pair)
                for key, pair in aligned.items()
                if key not in asked
            )
        unseen = [match for match in hashed if not self._is_shown(match, rows)]
        return sorted([*unseen, *found], key=match_order)

    def _is_shown(self, match: Match, rows: Mapping[str, int]) -> bool:
        benchmark = self._shown.get(match.benchmark)
        return bool(benchmark and match.benchmark_key in benchmark.row) and match.pool_key in rows


class _Shown:
    """The images of one benchmark that have thumbnails."""

    def __init__(self, images: Sequence[BenchmarkImage]) -> None:
        self.images = images
        self.row = {image.key: row for row, image in enumerate(images)}
        self.verifier = Verifier(read_thumbnails([image.thumbnail or b"" for image in images]))


def strictness(match: Match) -> float:
    """Returns the largest least score at which a candidate still is a match, up to 1."""
    if match.method != "aligned" and (
        match.score is None or _is_sure(match) or match.score >= MIN_HASHED_SCORE
    ):
        return 1.0
    return match.score or -1.0


def _aligned(image: BenchmarkImage, pool_image: PoolImage, pair: AlignedPair) -> Match:
    return Match(
        benchmark=image.benchmark,
        benchmark_key=image.key,
        uid=pool_image.uid,
        pool_key=pool_image.pool_key,
        url=pool_image.url,
        method="aligned",
        distance=distance(image.phash, pool_image.phash),
        transform=pair.transform,
        score=pair.score,
        crop=_rounded(pair),
    )


def _scored(match: Match, pair: AlignedPair | None) -> Match:
    if pair is None:
        return match
    return replace(match, score=pair.score, transform=pair.transform, crop=_rounded(pair))


def _is_sure(match: Match) -> bool:
    return match.method == "sha256" or match.distance <= SURE_DISTANCE


def _rounded(pair: AlignedPair) -> tuple[float, float, float, float]:
    left, top, right, bottom = (round(share, 3) for share in pair.crop)
    return left, top, right, bottom
