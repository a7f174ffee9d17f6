"""Clusters of a million hashes in Beam, of power-law sizes, against scipy's on one machine.

One hash is that of a tenth of all pictures; the other families have sizes of a power law, their
hashes turn up to two bits of their head's. scipy's components of all near pairs are the truth.
Usage: python -m benchmarks.cluster_hashes (ours | scipy | rounds) FOLDER WORKERS
"""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import apache_beam as beam
import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import Report, run_once, save
from dedup.cut_cluster import Head
from dedup.stars import from_both_ends, large_star, no_edges, settle, small_star
from pipeline.stages.find_clusters import BestPicture, FindClusters, Picture, hash_of
from pipeline.stages.find_near_hashes import nodes_of

MAX_DISTANCE = 4
ROUNDS = 3
PARTS = 16
WORKERS = (1, 2)

Hashes = NDArray[np.uint64]


def run(folder: Path, size: int = 1_000_000, rounds: int = 1) -> Report:
    """Finds the clusters of `size` pictures, on one worker and on two, and with scipy."""
    del rounds  # the sides take minutes
    np.save(folder / "hashes.npy", make_hashes(size))
    figures: dict[str, str | float] = {"pictures": f"{size:,}, d <= {MAX_DISTANCE}, no cut"}
    sides = [("scipy", 1), ("rounds", 1), *(("ours", workers) for workers in WORKERS)]
    for side, workers in sides:
        name = side if side == "scipy" else f"ours, {workers} workers"
        module = [sys.executable, "-m", "benchmarks.cluster_hashes", side, str(folder)]
        taken = run_once([*module, str(workers)])
        if side == "rounds":
            continue  # it measures no time
        figures[f"{name}: wall s"] = taken.wall_s
        figures[f"{name}: CPU s"] = taken.cpu_s
        figures[f"{name}: peak MB of the largest process"] = taken.peak_rss_bytes / 1e6
    truth = np.load(folder / "scipy.npy")
    problems = [
        f"{workers} workers: other clusters than scipy's"
        for workers in WORKERS
        if not np.array_equal(truth, np.load(folder / f"ours{workers}.npy"))
    ]
    figures |= json.loads((folder / "rounds.json").read_text())
    report = Report(name="cluster_hashes", figures=figures, problems=problems)
    save(report)
    return report


def make_hashes(size: int) -> Hashes:
    """Returns hashes in families; the first is that of a tenth of all."""
    rng = np.random.default_rng(0)
    sizes = np.minimum(rng.zipf(1.8, size), size // 100)
    sizes = sizes[: int(np.searchsorted(np.cumsum(sizes), size - size // 10)) + 1]
    heads = rng.integers(1, 2**63, len(sizes), dtype=np.uint64)
    hashes = np.repeat(heads, sizes)[: size - size // 10]
    for _ in range(2):
        turned = np.uint64(1) << rng.integers(0, 64, len(hashes)).astype(np.uint64)
        hashes ^= np.where(rng.random(len(hashes)) < 0.5, turned, np.uint64(0))
    equal = np.full(size - len(hashes), rng.integers(1, 2**63), np.uint64)
    mixed: Hashes = rng.permutation(np.concatenate([equal, hashes]))
    return mixed


def find_ours(folder: Path, workers: int) -> None:
    """Runs the stage's own transforms and writes the head's row of every row."""
    from pipeline.stages.run import run_pipeline

    def construct(root: beam.Pipeline) -> None:
        pictures = (
            root
            | beam.Create(range(PARTS))
            | beam.Reshuffle()  # few numbers fan out to many pictures
            | beam.FlatMap(_read_part, str(folder / "hashes.npy"))
            | beam.CombinePerKey(BestPicture())
        )
        no_copies = root | "NoCopies" >> beam.Create([])
        heads = (pictures, no_copies) | FindClusters(MAX_DISTANCE, 64, ROUNDS)
        _ = heads | beam.ParDo(_WriteHeads(str(folder / f"heads{workers}")))

    Path(folder / f"heads{workers}").mkdir()
    run_pipeline(construct, [f"--direct_num_workers={workers}"])
    found = np.concatenate(
        [np.load(path) for path in sorted((folder / f"heads{workers}").iterdir())]
    )
    found = found[np.argsort(found[:, 0])]
    hashes = np.load(folder / "hashes.npy")
    place = np.minimum(np.searchsorted(found[:, 0], hashes), len(found) - 1)
    alone = np.arange(len(hashes), dtype=np.uint64)
    kept = np.where(found[place, 0] == hashes, found[place, 1], alone)
    np.save(folder / f"ours{workers}.npy", kept.astype(np.int64))


def find_scipy(folder: Path, workers: int) -> None:
    """Joins all near pairs in one matrix."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    from dedup.hamming import pairs_within

    del workers
    distinct, of_distinct = np.unique(np.load(folder / "hashes.npy"), return_inverse=True)
    one, other, _ = pairs_within(distinct, distinct, MAX_DISTANCE)
    shape = (len(distinct), len(distinct))
    graph = coo_array((np.ones(len(one), bool), (one, other)), shape=shape)
    labels = connected_components(graph, directed=False)[1][of_distinct]
    firsts = np.unique(labels, return_index=True)[1]
    np.save(folder / "scipy.npy", firsts[labels])


def find_rounds(folder: Path, workers: int) -> None:
    """Counts the rounds of bare stars that all near pairs would need, and what there is to join."""
    from dedup.hamming import pairs_within

    del workers
    distinct = np.unique(np.load(folder / "hashes.npy"))
    one, other, _ = pairs_within(distinct, distinct, MAX_DISTANCE)
    edges = np.stack([distinct[one], distinct[other]], axis=1)[one > other]
    sizes = np.bincount(np.load(folder / "scipy.npy"))
    figures = {
        "different hashes": float(len(distinct)),
        "near pairs of different hashes": float(len(edges)),
        "clusters of two or more": float((sizes > 1).sum()),
        "largest cluster": float(sizes.max()),
        "rounds of stars, if no edges are joined before": float(count_rounds(edges)),
    }
    (folder / "rounds.json").write_text(json.dumps(figures))


def count_rounds(edges: Hashes) -> int:
    """Returns how many rounds of bare stars it takes until every component is one."""
    rounds = 0
    while list(settle([from_both_ends(edges)])[1]):
        large = np.concatenate([no_edges(), *large_star([from_both_ends(edges)])])
        edges = np.unique(np.concatenate([no_edges(), *small_star([large])]), axis=0)
        rounds += 1
    return rounds


def _read_part(part: int, path: str) -> Iterator[tuple[bytes, Picture]]:
    """Yields pictures whose uid is their row, so that the first of a cluster is its head."""
    hashes = np.load(path, mmap_mode="r")
    for row in range(part, len(hashes), PARTS):
        picture = Picture((0, 0.0, 0, 0, f"{row:016x}"), "", 1)
        yield int(hashes[row]).to_bytes(8, "big"), picture


class _WriteHeads(beam.DoFn):
    def __init__(self, folder: str) -> None:
        self._folder = folder

    def start_bundle(self) -> None:
        self._keys: list[bytes] = []
        self._heads: list[int] = []

    def process(self, led: tuple[bytes, Head]) -> None:
        self._keys.append(led[0])
        self._heads.append(int(led[1].uid, 16))

    def finish_bundle(self) -> None:
        if self._keys:
            hashes = nodes_of(self._keys)
            rows = np.stack([hashes, np.array(self._heads, np.uint64)], axis=1)
            np.save(f"{self._folder}/{hash_of(self._keys[0]):016x}.npy", rows)


FINDERS: dict[str, Callable[[Path, int], None]] = {
    "ours": find_ours,
    "rounds": find_rounds,
    "scipy": find_scipy,
}

if __name__ == "__main__":
    FINDERS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
