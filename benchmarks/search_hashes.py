"""All near pairs of 64-bit hashes: our search against faiss, flat and by multi-index hashing.

The references hold a hash that a tenth of them share, and the queries near copies of some. Each
side runs in a process of its own; the clock stands still while it starts and reads the hashes.
Usage: python -m benchmarks.search_hashes (ours | flat | multi) FOLDER
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import Report, run_once, save

NUM_QUERIES = 100_000
MAX_DISTANCE = 8
SIDES = ("ours", "flat", "multi")
GOAL_S = 30
GOAL_RATIO = 2

Hashes = NDArray[np.uint64]
Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


def run(folder: Path, size: int = 1_000_000, rounds: int = 3) -> Report:
    """Searches `NUM_QUERIES` among `size` hashes, side by side."""
    references, queries = make_hashes(size)
    np.save(folder / "references.npy", references)
    np.save(folder / "queries.npy", queries)
    found: dict[str, list[dict[str, float]]] = {side: [] for side in SIDES}
    for number in range(rounds):
        for side in SIDES[: 2 if number else 3]:  # `multi` takes minutes: once
            found[side].append(_measure(side, folder))
    pairs = len(references) * len(queries)
    figures: dict[str, str | float] = {"hashes": f"{size:,} x {NUM_QUERIES:,}, d <= {MAX_DISTANCE}"}
    for side, taken in found.items():
        wall_s = median(one["wall_s"] for one in taken)
        figures[f"{side}: wall s"] = wall_s
        figures[f"{side}: CPU s"] = median(one["cpu_s"] for one in taken)
        figures[f"{side}: 1e9 pairs/s"] = pairs / wall_s / 1e9
        figures[f"{side}: peak MB of the process"] = max(one["peak_mb"] for one in taken)
        figures[f"{side}: pairs found"] = taken[0]["found"]
    best_s = min(figures["flat: wall s"], figures["multi: wall s"], key=float)
    figures["faiss / ours, wall"] = float(best_s) / float(figures["ours: wall s"])
    report = Report(name="search_hashes", figures=figures, problems=_problems(figures))
    save(report)
    return report


def make_hashes(size: int) -> tuple[Hashes, Hashes]:
    """Returns random references, a tenth of them equal, and queries, a tenth of them near one."""
    rng = np.random.default_rng(0)
    references = rng.integers(0, 2**64, size, dtype=np.uint64)
    references[: size // 10] = references[0]
    queries = rng.integers(0, 2**64, NUM_QUERIES, dtype=np.uint64)
    copies = references[size // 10 :][rng.integers(0, size - size // 10, NUM_QUERIES // 10)]
    for turned in range(12):
        bits = rng.integers(0, 64, len(copies)).astype(np.uint64)
        copies[turned % 13 :: 13] ^= np.uint64(1) << bits[turned % 13 :: 13]
        copies[12 - turned :: 7] ^= np.uint64(1) << bits[12 - turned :: 7]
    queries[: len(copies)] = copies
    queries[-3:] = references[0] ^ np.array([0, 1, 2**63 + 6], np.uint64)
    return references, queries


def _measure(side: str, folder: Path) -> dict[str, float]:
    taken = run_once([sys.executable, "-m", "benchmarks.search_hashes", side, str(folder)])
    found: dict[str, float] = json.loads((folder / f"{side}.json").read_text())
    return {**found, "peak_mb": taken.peak_rss_bytes / 1e6}


def _problems(figures: dict[str, str | float]) -> list[str]:
    problems = []
    if len({figures[f"{side}: pairs found"] for side in SIDES}) > 1:
        problems.append("the sides do not find the same pairs")
    if float(figures["ours: wall s"]) > GOAL_S:
        problems.append(f"ours takes more than {GOAL_S} s")
    if float(figures["faiss / ours, wall"]) < GOAL_RATIO:
        problems.append(f"ours is not {GOAL_RATIO} times as fast as faiss")
    return problems


def search_ours(queries: Hashes, references: Hashes) -> Pairs:
    """Searches with what `contamination` and `dedupe` use; one thread."""
    from dedup.hamming import pairs_within

    return pairs_within(queries, references, MAX_DISTANCE)


def search_flat(queries: Hashes, references: Hashes) -> Pairs:
    """Compares all with `IndexBinaryFlat`; as many threads as there are cores."""
    import faiss

    return _search_faiss(faiss.IndexBinaryFlat(64), queries, references)


def search_multi(queries: Hashes, references: Hashes) -> Pairs:
    """Searches with `IndexBinaryMultiHash`: 4 bands of 16 bits, 2 of them turned, so exact."""
    import faiss

    index = faiss.IndexBinaryMultiHash(64, 4, 16)
    index.nflip = MAX_DISTANCE // 4
    return _search_faiss(index, queries, references)


def _search_faiss(index: "object", queries: Hashes, references: Hashes) -> Pairs:
    index.add(references.view(np.uint8).reshape(-1, 8))  # type: ignore[attr-defined]
    asked = queries.view(np.uint8).reshape(-1, 8)
    ends, bits, found = index.range_search(asked, MAX_DISTANCE + 1)  # type: ignore[attr-defined]
    rows = np.repeat(np.arange(len(queries)), np.diff(ends.astype(np.int64)))
    order = np.lexsort((found, rows))
    return rows[order], found[order], bits[order].astype(np.int64)


SEARCHES: dict[str, Callable[[Hashes, Hashes], Pairs]] = {
    "ours": search_ours,
    "flat": search_flat,
    "multi": search_multi,
}


def main(side: str, folder: Path) -> None:
    """Searches once and writes what it took."""
    references, queries = np.load(folder / "references.npy"), np.load(folder / "queries.npy")
    started, used = time.perf_counter(), time.process_time()
    found = SEARCHES[side](queries, references)[0]
    figures = {
        "wall_s": time.perf_counter() - started,
        "cpu_s": time.process_time() - used,
        "found": float(len(found)),
    }
    (folder / f"{side}.json").write_text(json.dumps(figures))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
