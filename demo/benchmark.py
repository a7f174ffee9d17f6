"""Two benchmarks of our own pictures: the site holds copies of one, and nothing of the other."""

from pathlib import Path

from demo.copies import copy_near
from demo.gallery import Gallery, Picture, draw_gallery
from demo.plan import BenchmarkPlan

PICTURES = "pictures"
DIGITS = "digits"
NUM_SAME_BYTES = 4
NUM_CHANGED = 6


def make_benchmarks(folder: str, seed: int = 0) -> dict[str, str]:
    """Writes the benchmarks as folders of class folders; returns name to folder."""
    gallery = draw_gallery(seed)
    benchmarks = {PICTURES: gallery.benchmark, DIGITS: gallery.digits}
    for name, pictures in benchmarks.items():
        for number, picture in enumerate(pictures):
            home = Path(folder, name, picture.concept.replace(" ", "_"))
            home.mkdir(parents=True, exist_ok=True)
            (home / f"{number:03d}.{picture.extension}").write_bytes(picture.body)
    return {name: str(Path(folder, name)) for name in benchmarks}


def planted_copies(gallery: Gallery) -> list[Picture]:
    """Returns the copies of benchmark pictures that the site holds: same bytes first."""
    chosen = gallery.benchmark[:: len(gallery.benchmark) // (NUM_SAME_BYTES + NUM_CHANGED)]
    same, changed = chosen[:NUM_SAME_BYTES], chosen[NUM_SAME_BYTES:][:NUM_CHANGED]
    return [*same, *(copy_near(picture, turn) for turn, picture in enumerate(changed))]


def plan_benchmarks(gallery: Gallery) -> dict[str, BenchmarkPlan]:
    """Returns what a contamination report over the site must say."""
    return {
        PICTURES: BenchmarkPlan(
            images=len(gallery.benchmark),
            overlap=NUM_SAME_BYTES + NUM_CHANGED,
            methods={"sha256": NUM_SAME_BYTES, "phash": NUM_CHANGED},
        ),
        DIGITS: BenchmarkPlan(
            images=len(gallery.digits), overlap=0, methods={"sha256": 0, "phash": 0}
        ),
    }
