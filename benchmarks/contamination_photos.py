"""C2: recall of each way of altering photos, on photos that no setting was chosen with.

The photos of split B at the default least score, beside all other photos and training images of
CIFAR-10 as further references. A copy that matches any reference but its own is a false hit.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import cv2

from benchmarks.harness import Report, save
from benchmarks.planted_photos import photo_files, train_images
from dedup.contamination.confirm import ConfirmingMatcher
from dedup.contamination.records import DEFAULT_MIN_SCORE
from dedup.contamination.statistics import overlap_interval
from pipeline.download.hash_image import fingerprint_image
from pipeline.download.planted import plant_copies
from pipeline.recipe.dedupe import Contamination
from schemas.records import BenchmarkImage, PoolImage

DISTRACTORS: Final = 2000
MAX_FALSE_RATE: Final = 0.001
GOAL: Final = 0.99
# What cuts or turns more than the rest.
HARD_GOAL: Final = 0.95
HARD: Final = ("corner crop 15 %", "crop 25 %", "mirrored", "rotated 5", "framed 20 %")


def run(folder: Path, rounds: int = 1, size: int | None = None) -> Report:
    """Plants copies and looks for them.

    Args:
        folder: Not used: nothing is written beside the result.
        rounds: Not used: nothing is timed.
        size: Photos, at most; all if absent.
    """
    del folder, rounds
    originals = [(str(file), file.read_bytes()) for file in photo_files("B")[:size]]
    others = [(str(file), file.read_bytes()) for file in photo_files("A")]
    matcher = ConfirmingMatcher(
        _references([*originals, *others, *_distractors()]),
        Contamination(benchmarks={}).max_distance,
    )
    figures: dict[str, float | str] = {"least score": str(DEFAULT_MIN_SCORE)}
    problems, false, planted = [], 0, 0
    for name, copies in _plant(originals).items():
        truth = {copy.pool_key: key for key, copy in copies}
        matches = matcher.match([copy for _, copy in copies])
        found = {m.pool_key for m in matches if m.benchmark_key == truth[m.pool_key]}
        false += len({m.pool_key for m in matches if m.benchmark_key != truth[m.pool_key]})
        planted += len(copies)
        figures[name] = _counted(len(found), len(copies))
        goal = HARD_GOAL if name in HARD else GOAL
        if len(found) < goal * len(copies):
            problems.append(f"{name}: {len(found)} of {len(copies)} is below {goal}")
    figures["false hits"] = _counted(false, planted)
    if false > MAX_FALSE_RATE * planted:
        problems.append(f"{false} false hits of {planted} are above {MAX_FALSE_RATE}")
    report = Report(name="contamination_photos", figures=figures, problems=problems)
    save(report)
    return report


def _plant(originals: Sequence[tuple[str, bytes]]) -> dict[str, list[tuple[str, PoolImage]]]:
    """Returns, by transform, the key of each original and its altered copy."""
    planted = defaultdict[str, list[tuple[str, PoolImage]]](list)
    for number, (key, body) in enumerate(originals):
        for image, _ in plant_copies(body, number):
            copy = replace(image, pool_key=f"{image.pool_key} {key}")
            planted[image.pool_key].append((key, copy))
    return planted


def _references(images: Sequence[tuple[str, bytes]]) -> list[BenchmarkImage]:
    references = []
    for key, body in images:
        found = fingerprint_image(body)
        references.append(
            BenchmarkImage(
                benchmark="photos",
                key=key,
                sha256=found.sha256,
                phash=found.phash,
                thumbnail=found.thumbnail,
            )
        )
    return references


def _distractors() -> list[tuple[str, bytes]]:
    images = train_images(slice(0, DISTRACTORS))
    return [
        (f"train-{n}", cv2.imencode(".png", image[..., ::-1])[1].tobytes())
        for n, image in enumerate(images)
    ]


def _counted(hits: int, total: int) -> str:
    low, high = overlap_interval(hits, total)
    return f"{hits}/{total} {low:.3f}-{high:.3f}"
