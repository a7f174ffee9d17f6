"""Finds benchmark images in a pool in two stages: hashes and likeness propose, alignment confirms.

What a hash alone cannot tell apart (dark frames, one object on white) is not a match here, and what
a hash cannot see (crops, frames, mirrored and turned copies) is one.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from dedup.contamination.match import BenchmarkMatcher, match_order
from dedup.contamination.records import DEFAULT_MIN_SCORE
from dedup.hamming import distance
from dedup.verify.thumbnail import read_thumbnails
from dedup.verify.verify import AlignedPair, Verifier
from schemas.records import BenchmarkImage, Match, PoolImage

# A pair of near hashes needs less, for both would have to err: of 2,539 planted copies at 8 bits
# or less 0.5 % are below .73; of three other photos two are (docs/contamination-settings.md). A
# distance of up to `SURE_DISTANCE` needs no second look: smooth pictures have little to align.
MIN_HASHED_SCORE: Final = 0.7
SURE_DISTANCE: Final = 2


class ConfirmingMatcher:
    """Benchmarks prepared for many batches of pool images; never changed.

    A picture without thumbnail, on either side, is matched by its hashes alone.
    """

    def __init__(
        self,
        benchmark: Sequence[BenchmarkImage],
        max_distance: int,
        min_score: float = DEFAULT_MIN_SCORE,
    ) -> None:
        """Prepares the benchmark.

        Args:
            benchmark: Images of one benchmark or several; about 16 kB of memory each.
            max_distance: As of `BenchmarkMatcher`.
            min_score: From which an alignment alone makes a match.
        """
        self._min_score = min_score
        self._hashes = BenchmarkMatcher(benchmark, max_distance)
        self._shown = [image for image in benchmark if image.thumbnail is not None]
        self._row = {(image.benchmark, image.key): row for row, image in enumerate(self._shown)}
        self._verifier = Verifier(
            read_thumbnails([image.thumbnail or b"" for image in self._shown])
        )

    def match(self, pool: Sequence[PoolImage]) -> list[Match]:
        """Returns every pair that matches, sorted; the same however the pool is cut in batches."""
        hashed = self._hashes.match(pool)
        shown = [image for image in pool if image.thumbnail is not None]
        if not shown or not self._shown:
            return hashed
        rows = {image.pool_key: row for row, image in enumerate(shown)}
        pictures = read_thumbnails([image.thumbnail or b"" for image in shown])
        asked = {
            (self._row[_image_of(match)], rows[match.pool_key]): match
            for match in hashed
            if _image_of(match) in self._row and match.pool_key in rows
        }
        aligned = {
            (pair.reference, pair.picture): pair for pair in self._verifier.pairs(pictures, asked)
        }
        unseen = [match for match in hashed if match not in set(asked.values())]
        confirmed = [_scored(match, aligned.get(key)) for key, match in asked.items()]
        found = [
            self._match(pair, shown[pair.picture])
            for key, pair in aligned.items()
            if key not in asked and pair.score >= self._min_score
        ]
        return sorted([*unseen, *filter(_is_confirmed, confirmed), *found], key=match_order)

    def _match(self, pair: AlignedPair, pool_image: PoolImage) -> Match:
        image = self._shown[pair.reference]
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


def _image_of(match: Match) -> tuple[str, str]:
    return match.benchmark, match.benchmark_key


def _scored(match: Match, pair: AlignedPair | None) -> Match:
    if pair is None:
        return match
    return replace(match, score=pair.score, transform=pair.transform, crop=_rounded(pair))


def _is_confirmed(match: Match) -> bool:
    is_sure = match.method == "sha256" or match.distance <= SURE_DISTANCE
    return is_sure or (match.score or -1) >= MIN_HASHED_SCORE


def _rounded(pair: AlignedPair) -> tuple[float, float, float, float]:
    left, top, right, bottom = (round(share, 3) for share in pair.crop)
    return left, top, right, bottom
