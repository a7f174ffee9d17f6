"""All near pairs of hashes of 64 and of 256 bits: our search against faiss, flat and multi-index.

The references hold a hash that a tenth of them share, and the queries near copies of some. Each
side runs in a process of its own; the clock stands still while it starts and reads the hashes.
Usage: python -m benchmarks.search_hashes (ours | flat | multi | device) FOLDER
"""

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import Report, run_once, save

NUM_QUERIES = 100_000
MAX_DISTANCE = {1: 8, 4: 40}  # by words of a hash
SIDES = ("ours", "flat", "multi")
GOAL_S = 30
GOAL_RATIO = 2
GOAL_LONG = 1  # 1e9 pairs/s

Hashes = NDArray[np.uint64]
Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


def run(folder: Path, size: int = 1_000_000, rounds: int = 3) -> Report:
    """Searches `NUM_QUERIES` among `size` hashes of 64 bits, side by side."""
    _write(folder, *make_hashes(size))
    turns = [SIDES[: 2 if number else 3] for number in range(rounds)]  # `multi` takes minutes: once
    figures = _take(folder, turns, size * NUM_QUERIES)
    best_s = min(figures["flat: wall s"], figures["multi: wall s"], key=float)
    figures["faiss / ours, wall"] = float(best_s) / float(figures["ours: wall s"])
    problems = _problems(figures)
    if float(figures["ours: wall s"]) > GOAL_S:
        problems.append(f"ours takes more than {GOAL_S} s")
    return _saved(
        "search_hashes", {"hashes": f"{size:,} x {NUM_QUERIES:,}, d <= 8", **figures}, problems
    )


def run_long(folder: Path, size: int = 300_000, rounds: int = 3) -> Report:
    """Searches a fifth as many among `size` hashes of 256 bits, side by side with faiss's flat."""
    references, queries = make_long_hashes(size)
    _write(folder, references, queries)
    figures = _take(folder, [("ours", "flat")] * rounds, references.shape[0] * queries.shape[0])
    figures["faiss / ours, wall"] = float(figures["flat: wall s"]) / float(figures["ours: wall s"])
    problems = _problems(figures)
    if float(figures["ours: 1e9 pairs/s"]) < GOAL_LONG:
        problems.append(f"ours compares fewer than {GOAL_LONG}e9 pairs a second")
    return _saved(
        "search_hashes_256", {"hashes": f"{size:,} x {size // 5:,}, d <= 40", **figures}, problems
    )


def run_device(folder: Path, size: int = 100_000, rounds: int = 3) -> Report:
    """Does the same by a matrix product on the GPU, or on the processor where there is none."""
    references, queries = make_long_hashes(size)
    _write(folder, references, queries)
    figures = _take(folder, [("ours", "device")] * rounds, references.shape[0] * queries.shape[0])
    return _saved("search_hashes_device", {"device": pick_device(), **figures}, _problems(figures))


def _take(folder: Path, turns: Sequence[Sequence[str]], pairs: int) -> dict[str, str | float]:
    found: dict[str, list[dict[str, float]]] = {side: [] for side in turns[0]}
    for side in (side for turn in turns for side in turn):
        found[side].append(_measure(side, folder))
    figures: dict[str, str | float] = {}
    for side, taken in found.items():
        wall_s = median(one["wall_s"] for one in taken)
        figures[f"{side}: wall s"] = wall_s
        figures[f"{side}: CPU s"] = median(one["cpu_s"] for one in taken)
        figures[f"{side}: 1e9 pairs/s"] = pairs / wall_s / 1e9
        figures[f"{side}: peak MB of the process"] = max(one["peak_mb"] for one in taken)
        figures[f"{side}: pairs found"] = taken[0]["found"]
    return figures


def _saved(name: str, figures: dict[str, str | float], problems: list[str]) -> Report:
    report = Report(name=name, figures=figures, problems=problems)
    save(report)
    return report


def _write(folder: Path, references: Hashes, queries: Hashes) -> None:
    np.save(folder / "references.npy", references)
    np.save(folder / "queries.npy", queries)


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


def make_long_hashes(size: int) -> tuple[Hashes, Hashes]:
    """Returns random references and queries of 256 bits, a tenth of these near one."""
    rng = np.random.default_rng(0)
    references = rng.integers(0, 2**64, (size, 4), dtype=np.uint64)
    queries = rng.integers(0, 2**64, (size // 5, 4), dtype=np.uint64)
    copies = references[rng.integers(0, size, len(queries) // 10)]
    for turned in range(len(copies)):
        for bit in rng.integers(0, 256, turned % 50).tolist():
            copies[turned, bit // 64] ^= np.uint64(1 << (bit % 64))
    queries[: len(copies)] = copies
    return references, queries


def _measure(side: str, folder: Path) -> dict[str, float]:
    taken = run_once([sys.executable, "-m", "benchmarks.search_hashes", side, str(folder)])
    found: dict[str, float] = json.loads((folder / f"{side}.json").read_text())
    return {**found, "peak_mb": taken.peak_rss_bytes / 1e6}


def _problems(figures: Mapping[str, str | float]) -> list[str]:
    problems = []
    if len({value for name, value in figures.items() if name.endswith("pairs found")}) > 1:
        problems.append("the sides do not find the same pairs")
    if float(figures.get("faiss / ours, wall", GOAL_RATIO)) < GOAL_RATIO:
        problems.append(f"ours is not {GOAL_RATIO} times as fast as faiss")
    return problems


def search_ours(queries: Hashes, references: Hashes) -> Pairs:
    """Searches with what `contamination` and `dedupe` use; one thread."""
    from dedup.hamming import pairs_within

    return pairs_within(queries, references, limit_of(references))


def search_flat(queries: Hashes, references: Hashes) -> Pairs:
    """Compares all with `IndexBinaryFlat`; as many threads as there are cores."""
    import faiss

    return _search_faiss(faiss.IndexBinaryFlat(8 * references[0].nbytes), queries, references)


def search_multi(queries: Hashes, references: Hashes) -> Pairs:
    """Searches with `IndexBinaryMultiHash`: 4 bands of 16 bits, 2 of them turned, so exact."""
    import faiss

    index = faiss.IndexBinaryMultiHash(64, 4, 16)
    index.nflip = MAX_DISTANCE[1] // 4
    return _search_faiss(index, queries, references)


def _search_faiss(index: "object", queries: Hashes, references: Hashes) -> Pairs:
    index.add(references.view(np.uint8).reshape(len(references), -1))  # type: ignore[attr-defined]
    asked, limit = queries.view(np.uint8).reshape(len(queries), -1), limit_of(references)
    ends, bits, found = index.range_search(asked, limit + 1)  # type: ignore[attr-defined]
    rows = np.repeat(np.arange(len(queries)), np.diff(ends.astype(np.int64)))
    order = np.lexsort((found, rows))
    return rows[order], found[order], bits[order].astype(np.int64)


def search_on_device(queries: Hashes, references: Hashes) -> Pairs:
    """Compares all by a matrix product (`dedup.gpu_search`); where that is, the output says."""
    from dedup.hamming_index import HammingIndex

    limit = limit_of(references)
    return HammingIndex(references, limit, device=pick_device()).pairs(queries)


def pick_device() -> str:
    """Returns the GPU if there is one."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def limit_of(hashes: Hashes) -> int:
    """Returns the distance that hashes of such a length are searched to."""
    return MAX_DISTANCE[hashes[0].nbytes // 8]


SEARCHES: dict[str, Callable[[Hashes, Hashes], Pairs]] = {
    "ours": search_ours,
    "flat": search_flat,
    "multi": search_multi,
    "device": search_on_device,
}


def main(side: str, folder: Path) -> None:
    """Searches once and writes what it took."""
    references, queries = np.load(folder / "references.npy"), np.load(folder / "queries.npy")
    SEARCHES[side](queries[:10], references[:10])  # imports, and compiles
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
