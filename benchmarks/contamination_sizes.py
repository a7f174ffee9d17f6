"""C3: the false rate that is predicted for a larger pool against the one that is observed there.

Negatives of CIFAR-10's test images are looked for in its training images. The tail is fitted to
what the first 5,000 show; five sizes of pool tell what is there.
"""

import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.harness import Report, save
from dedup.contamination.calibration import negatives, thumbnails_of
from dedup.contamination.records import SourceKind, SourcePart
from dedup.contamination.sources import hash_part, split_source
from dedup.verify.threshold import fit_tail
from dedup.verify.verify import Verifier
from pipeline.download.hash_image import fingerprint_image
from schemas.records import BenchmarkImage

DATA = Path("../shared/data/cifar10")
SAMPLE = 5000
SHARES = (0.1, 0.2, 0.4, 0.7, 1.0)  # of the pool: the five sizes
SCORES = (0.64, 0.67, 0.70, 0.73)
ENOUGH = 10  # observed: with fewer, chance alone is a factor of two
MAX_RATIO = 3.0
_BATCH = 4096


def run(folder: Path, rounds: int = 1, size: int = 50_000) -> Report:
    """Compares predictions for five sizes of pool, up to `size`, at some scores."""
    del folder, rounds
    total = min(size, pq.ParquetFile(DATA / "train.parquet").metadata.num_rows)
    best = best_scores(total)
    tail = fit_tail(best[SAMPLE].tolist())
    figures: dict[str, float | str] = {"tail": f"from {tail.start:.3f}, excess {tail.excess:.4f}"}
    problems = []
    for pool, scores in best.items():
        for score in SCORES:
            predicted = tail.rate_above(max(score, tail.start)) * pool / SAMPLE * len(scores)
            observed = int((scores >= score).sum())
            what = f"{pool:,} pictures ({pool * len(scores):.1e} pairs), score {score}"
            figures[what] = f"predicted {predicted:.1f}, observed {observed}"
            if score >= tail.start and observed >= ENOUGH:
                ratio = predicted / observed
                if not 1 / MAX_RATIO <= ratio <= MAX_RATIO:
                    problems.append(f"{what}: {ratio:.2f} times what is observed")
    report = Report(name="contamination_sizes", figures=figures, problems=problems)
    save(report)
    return report


def best_scores(total: int) -> dict[int, NDArray[np.float64]]:
    """Returns the best score of each negative in the first pictures of the pool, by their number.

    Rows of CIFAR-10 are in no order of their own.
    """
    verifier = Verifier(negatives(_images(DATA / "test-dev.parquet")))
    pool = thumbnails_of(_images(DATA / "train.parquet", total))
    count = len(pool.grey)
    wanted = sorted({SAMPLE, *(round(count * share) for share in SHARES)})
    best = np.full(pq.ParquetFile(DATA / "test-dev.parquet").metadata.num_rows, -1.0)
    seen: dict[int, NDArray[np.float64]] = {}
    start = 0
    for stop in wanted:
        for first in range(start, stop, _BATCH):
            rows = np.arange(first, min(first + _BATCH, stop))
            for pair in verifier.pairs(pool.take(rows)):
                best[pair.reference] = max(best[pair.reference], pair.score)
        seen[stop], start = best.copy(), stop
    return seen


def _images(file: Path, count: int | None = None) -> list[BenchmarkImage]:
    images: list[BenchmarkImage] = []
    for part in split_source("cifar10", str(file)):
        if count is None or len(images) < count:
            images += _hashed(part)
    return images[:count]


def _hashed(part: SourcePart) -> list[BenchmarkImage]:
    assert part.kind is SourceKind.PARQUET
    hashed = hash_part(part, fingerprint_image)
    return [item for item in hashed if isinstance(item, BenchmarkImage)]


if __name__ == "__main__":
    run(Path(), size=int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
