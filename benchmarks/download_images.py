"""`webimagetext download` against img2dataset 1.47.0, both as their users start them.

Same URLs, same server on loopback, same size, format and quality, all cores for both; ours obeys
robots.txt and opt-out files, hashes for near-duplicates and writes a ledger besides. The server's
CPU time is not counted. `limit` is what both must do, on one core. `run_dead` makes 30 % of the
URLs dead, each on a host of its own.
"""

import json
import os
import random
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.harness import Comparison, Side, compare, run_once
from benchmarks.serve_photos import PhotoServer, serve_by_nginx, serve_by_ours
from pipeline.shards.table import write_table
from schemas.records import Candidate
from schemas.tables import CANDIDATES, candidate_to_row
from schemas.uid import make_uid

CORES = os.cpu_count() or 1
TIMEOUT_S = 10  # img2dataset's default; our deadline here
DEAD_SHARE = 0.3
GRACE_S = 5.0
# As many to our one host as img2dataset opens; what polite limits cost is not measured here.
HOST_CONNECTIONS = 256
LIMIT = (sys.executable, "-m", "benchmarks.download_limit")


def run(folder: Path, size: int = 4000, rounds: int = 3) -> Comparison:
    """Measures photos that all are there; the first side is img2dataset's."""
    with serve_by_nginx(folder) as server:
        print(f"served by {server.name}")
        urls = [f"http://127.0.0.1:{server.port}/{number:06d}.jpg" for number in range(size)]
        limit = Side(
            name="limit",
            command=["env", *_settings(), *LIMIT, str(server.port), str(size)],
        )
        return _compare(
            "download_images", folder, urls, successes=size, rounds=rounds, beside=[limit]
        )


def run_dead(folder: Path, size: int = 4000, rounds: int = 3) -> Comparison:
    """Measures with a tenth refused, a tenth without a name, a tenth that never answers."""
    with serve_by_ours(folder) as server:
        urls = [_dead_or_alive(number, size, server) for number in range(size)]
        alive = sum(f":{server.port}/" in url for url in urls)
        random.Random(0).shuffle(urls)
        comparison = _compare("download_dead", folder, urls, successes=alive, rounds=rounds)
        took_s = time.time() - server.last_photo_at()
    limit_s = TIMEOUT_S + GRACE_S
    verdict = "in time" if took_s <= limit_s else "TOO LATE"
    print(f"ours ended {took_s:.1f} s after the last photo, {limit_s:.0f} s are allowed: {verdict}")
    return comparison


def _settings() -> list[str]:
    from pipeline.download.nursery import SETTINGS

    return [f"{name}={value}" for name, value in SETTINGS.items()]


def _dead_or_alive(number: int, size: int, server: PhotoServer) -> str:
    place = f"{number // 250}.{number % 250 + 1}"
    name = f"{number:06d}.jpg"
    kinds = (
        f"http://127.2.{place}:1/{name}",  # nobody listens there
        f"http://nohost-{number}.invalid/{name}",
        f"http://127.3.{place}:{server.silent_port}/{name}",
    )
    if number < size * DEAD_SHARE:
        return kinds[number % len(kinds)]
    return f"http://127.0.0.1:{server.port}/{name}"


def _compare(
    name: str,
    folder: Path,
    urls: Sequence[str],
    *,
    successes: int,
    rounds: int,
    beside: Sequence[Side] = (),
) -> Comparison:
    work = folder / name
    work.mkdir(exist_ok=True)
    _write_inputs(work, urls)
    per_shard = max(1, len(urls) // (2 * CORES))
    theirs, ours = _img2dataset(work, per_shard), _webimagetext(work, per_shard)
    _compile(folder, theirs, ours)
    comparison = compare(
        name, theirs, ours, count=len(urls), unit="images", rounds=rounds, beside=beside
    )
    for pool in ("theirs", "ours"):
        found = sum(
            json.loads(path.read_text())["successes"] for path in (work / pool).glob("*_stats.json")
        )
        if found != successes:
            raise RuntimeError(f"{pool}: {found} images are stored, {successes} are there")
    return comparison


def _compile(folder: Path, *sides: Side) -> None:
    """Runs both sides once, so that what they import lies compiled, as where it is installed."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "pycache")
    for side in sides:
        side.prepare()
        run_once(side.command)


def _write_inputs(work: Path, urls: Sequence[str]) -> None:
    texts = [f"a photo of the red boat number {number}" for number in range(len(urls))]
    pq.write_table(pa.table({"url": urls, "caption": texts}), work / "list.parquet")
    (work / "candidates").mkdir(exist_ok=True)
    rows = (
        candidate_to_row(
            Candidate(
                uid=make_uid(url, text), url=url, text=text, text_source="list", source="bench"
            )
        )
        for url, text in zip(urls, texts, strict=True)
    )
    write_table(str(work / "candidates/00000.parquet"), rows, CANDIDATES)


def _img2dataset(work: Path, per_shard: int) -> Side:
    os.environ["NO_ALBUMENTATIONS_UPDATE"] = "1"  # it asks the network for its version
    flags = {
        "url_list": work / "list.parquet",
        "input_format": "parquet",
        "url_col": "url",
        "caption_col": "caption",
        "output_format": "webdataset",
        "output_folder": work / "theirs",
        "processes_count": CORES,
        "number_sample_per_shard": per_shard,
        "image_size": 256,
        "resize_mode": "keep_ratio",
        "resize_only_if_bigger": True,
        "encode_quality": 95,
        "timeout": TIMEOUT_S,
    }
    program = Path(sys.executable).with_name("img2dataset")
    return Side(
        name="img2dataset",
        command=[str(program), *(f"--{name}={value}" for name, value in flags.items())],
        prepare=lambda: shutil.rmtree(work / "theirs", ignore_errors=True),
    )


def _webimagetext(work: Path, per_shard: int) -> Side:
    recipe = work / "recipe.toml"
    recipe.write_text(
        f"[download]\ndeadline_s = {TIMEOUT_S}\nnumber_sample_per_shard = {per_shard}\n"
    )
    flags = ("--recipe", recipe, "--allow-address", "127.0.0.0/8", "--quiet")
    limit = ("--host-connections", HOST_CONNECTIONS)
    command = ("download", work / "candidates", "--out", work / "ours", *flags, *limit)
    return Side(
        name="webimagetext",
        command=[sys.executable, "-m", "cli", *map(str, command)],
        prepare=lambda: shutil.rmtree(work / "ours", ignore_errors=True),
    )
