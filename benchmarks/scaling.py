"""What 400 million pictures against 50,000 benchmark pictures take, from unit costs measured here.

CPU time of one core: fingerprints of photos, matching against benchmarks of two sizes (a line
through both, which is an upper bound: a picture has a limited number of proposals), and Beam's own
share of an element. The pool is CIFAR-10's training set, the benchmark its test set.
"""

import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import apache_beam as beam
import numpy as np
import pyarrow.parquet as pq
from PIL import Image

from benchmarks.harness import Report, save
from benchmarks.inputs import make_photo
from benchmarks.planted_pool import CIFAR
from dedup.contamination.confirm import ConfirmingMatcher
from dedup.verify.thumbnail import NUM_BYTES
from pipeline.download.hash_image import fingerprint_image
from pipeline.stages.run import run_pipeline
from schemas.records import BenchmarkImage, PoolImage

REFERENCES = (500, 4000)
PHOTO_PX = 256
# Of a row in fingerprints/: hashes, keys and address beside the thumbnail, which hardly shrinks.
ROW_BYTES = NUM_BYTES + 150
BENCHMARK_BYTES = 16_000  # a worker's memory for a benchmark image (dedup.contamination.confirm)
# Of an H100 or H200: bfloat16 products as measured on one, memory as its maker says; a product is
# written and read once, in two bytes.
GPU_FLOPS = 788e12
GPU_BYTES_S = 3.35e12
GPU_BYTES_A_PAIR = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is asked; prices are a parameter, not a measurement.

    Attributes:
        photo_bytes: Of a stored picture.
        core_hour: In dollars, preemptible.
        tb_month: In dollars, of object storage.
    """

    pool: int = 400_000_000
    benchmark: int = 50_000
    photo_bytes: int = 30_000
    cores: int = 32
    hosts: tuple[int, ...] = (1, 10, 100)
    core_hour: float = 0.02
    tb_month: float = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """CPU seconds of one core, for one picture."""

    fingerprint_s: float
    match_s: float
    match_per_reference_s: float
    element_s: float

    def first_s(self, plan: Plan) -> float:
        """Of a pool without fingerprints."""
        return self.fingerprint_s + self.next_s(plan)

    def next_s(self, plan: Plan) -> float:
        """Of a pool whose fingerprints are kept."""
        matching = self.match_s + self.match_per_reference_s * plan.benchmark
        return matching + self.element_s


def run(folder: Path, size: int = 1000, rounds: int = 1) -> Report:
    """Measures with `size` pictures and projects."""
    del folder, rounds
    units = measure(size)
    report = Report(name="scaling", figures=project(units, Plan()))
    save(report)
    return report


def measure(size: int, cifar: Path = CIFAR) -> Units:
    """Returns the unit costs of this machine."""
    pool = [_pool_image(key, body) for key, body in read_cifar(cifar / "train.parquet", size)]
    benchmark = [
        _benchmark_image(key, body)
        for key, body in read_cifar(cifar / "test-dev.parquet", REFERENCES[-1])
    ]
    few, many = (_match_s(benchmark[:count], pool) / size for count in REFERENCES)
    slope = max(0.0, (many - few) / (REFERENCES[1] - REFERENCES[0]))
    return Units(
        fingerprint_s=_fingerprint_s(),
        match_s=max(0.0, few - slope * REFERENCES[0]),
        match_per_reference_s=slope,
        element_s=_element_s(pool),
    )


def project(units: Units, plan: Plan) -> dict[str, str | float]:
    """Returns the table: units, core-hours, hours by hosts, bytes and dollars."""
    first, later = (
        seconds * plan.pool / 3600 for seconds in (units.first_s(plan), units.next_s(plan))
    )
    rows = plan.pool * ROW_BYTES / 1e12
    pairs = plan.pool * plan.benchmark
    figures: dict[str, str | float] = {
        "asked": f"{plan.pool:,} pictures, {plan.benchmark:,} of benchmarks",
        "fingerprints, pictures/s a core": 1 / units.fingerprint_s,
        "matching, us a picture": 1e6 * units.match_s,
        "matching, us a picture and 1,000 references": 1e9 * units.match_per_reference_s,
        "Beam, us an element": 1e6 * units.element_s,
        "first time, core-hours": first,
        "with kept fingerprints, core-hours": later,
        "pictures read, TB": plan.pool * plan.photo_bytes / 1e12,
        "fingerprints, TB": rows,
        "benchmark a worker, MB of memory": plan.benchmark * BENCHMARK_BYTES / 1e6,
        "benchmark a worker, MB sent": plan.benchmark * ROW_BYTES / 1e6,
        "GPU, 256-bit all pairs, s (computed, never run)": max(
            pairs * 2 * 256 / GPU_FLOPS, pairs * GPU_BYTES_A_PAIR / GPU_BYTES_S
        ),
        "first time, $": first * plan.core_hour,
        "with kept fingerprints, $": later * plan.core_hour,
        "fingerprints, $ a month": rows * plan.tb_month,
    }
    for hosts in plan.hosts:
        workers = hosts * plan.cores
        network = plan.pool * plan.photo_bytes * 8 / 1e9 / (first / workers * 3600) / hosts
        figures[f"{hosts} hosts of {plan.cores} cores"] = (
            f"{first / workers:.1f} h first ({network:.2f} Gbit/s a host),"
            f" {later / workers:.1f} h next"
        )
    return figures


def read_cifar(path: Path, count: int) -> Iterator[tuple[str, bytes]]:
    """Yields keys and files."""
    table = pq.read_table(path, columns=["key", "image"]).slice(0, count)
    for row in table.to_pylist():
        yield row["key"], row["image"]["bytes"]


def _pool_image(key: str, body: bytes) -> PoolImage:
    found = fingerprint_image(body)
    return PoolImage(
        pool_key=key, sha256=found.sha256, phash=found.phash, thumbnail=found.thumbnail
    )


def _benchmark_image(key: str, body: bytes) -> BenchmarkImage:
    found = fingerprint_image(body)
    return BenchmarkImage(
        benchmark="b",
        key=key,
        sha256=found.sha256,
        phash=found.phash,
        thumbnail=found.thumbnail,
    )


def _cpu_s(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _match_s(benchmark: list[BenchmarkImage], pool: list[PoolImage]) -> float:
    matcher = ConfirmingMatcher(benchmark, 6)
    matcher.match(pool[:10])  # compiles and fills caches
    return _cpu_s(lambda: matcher.match(pool))


def _fingerprint_s(count: int = 200) -> float:
    bodies = [_photo(number) for number in range(count)]
    fingerprint_image(bodies[0])
    return _cpu_s(lambda: [fingerprint_image(body) for body in bodies]) / count


def _photo(number: int) -> bytes:
    stream = io.BytesIO()
    photo = Image.open(io.BytesIO(make_photo(number))).resize((PHOTO_PX, PHOTO_PX))
    photo.save(stream, "JPEG", quality=90)
    return stream.getvalue()


def _element_s(pool: list[PoolImage]) -> float:
    """Returns what Beam itself takes for one more picture on its way to the matcher."""
    few, many = (_cpu_s(lambda n=n: _through_beam(pool, n)) for n in (1_000, 201_000))
    return (many - few) / 200_000


def _through_beam(pool: list[PoolImage], count: int) -> None:
    rows = np.arange(count) % len(pool)

    def construct(root: beam.Pipeline) -> None:
        _ = (
            root
            | beam.Create([0])
            | beam.FlatMap(lambda _: (pool[row] for row in rows.tolist()))
            | beam.BatchElements(min_batch_size=1, max_batch_size=4096)
            | beam.Map(len)
            | beam.CombineGlobally(sum)
        )

    run_pipeline(construct, ["--direct_num_workers=1"])
