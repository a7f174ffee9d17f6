"""Pool shards by img2dataset itself, for those who must reproduce an old run.

Its start takes about 10 s on two cores (measured, 1.47.0), so one call gets several shards: a file
of URLs for each, which it makes a shard of its own. What it wrote is reconciled with what it was
asked for and becomes the same pool as ours; see docs/img2dataset.md for what it does not keep.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from heapq import merge
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.download.ask_sites import Said, ask_sites
from pipeline.download.failure_row import make_failure
from pipeline.download.options import DownloadOptions
from pipeline.download.pool import is_done, read_pool_shard, write_pool_shard
from pipeline.download.processed import ProcessedImage
from pipeline.download.reconcile import EngineShard, Reconciled, open_engine_shard
from pipeline.download.shard import Result, fetch_results, fingerprint
from pipeline.shards.pack import shard_name
from pipeline.web.opt_out import DIRECTIVES
from pipeline.web.options import WebOptions
from schemas.errors import RecordError, RunError, UserError
from schemas.records import Candidate, PoolRow

MODULE = "pipeline.download.img2dataset_process"

# At this size its start takes a seventh of the CPU time (measured: 12 of 87 s for 4,000 photos).
URLS_PER_CALL = 4000

# What a call may take before it counts as hung, which a body that never ends makes of it: every
# thread waits its full time for every URL, and every image takes 20 times what we measured.
START_S = 300.0
IMAGE_S = 0.4

# Its options that ours have too, by the same name and with the same meaning.
_SAME = frozenset(
    {
        "image_size",
        "retries",
        "resize_mode",
        "resize_only_if_bigger",
        "upscale_interpolation",
        "downscale_interpolation",
        "encode_format",
        "encode_quality",
        "skip_reencode",
        "disable_all_reencoding",
        "min_image_size",
        "max_image_area",
        "max_aspect_ratio",
    }
)


def require_img2dataset() -> str:
    """Returns the version that is installed.

    Raises:
        UserError: None is.
    """
    try:
        return version("img2dataset")
    except PackageNotFoundError:
        raise UserError(
            "engine img2dataset: not installed; pip install 'webimagetext[img2dataset]'"
        ) from None


def download_by_img2dataset(
    shards: Mapping[int, Sequence[Candidate]],
    *,
    folder: str,
    options: DownloadOptions,
    web: WebOptions,
    on_progress: Callable[[int], None] = lambda count: None,
) -> Iterator[PoolRow]:
    """Writes shards of the pool by one call of img2dataset; yields the rows of all.

    Args:
        shards: Candidates in uid order by shard number; each becomes exactly one row. Those whose
            image lies in an archive, which img2dataset cannot read, are read by us.
        folder: The pool.
        options: Sizes and limits.
        web: How to behave towards hosts, as far as img2dataset can be made to.
        on_progress: Called with the number of URLs that were settled since the last call.
    """
    engine = f"img2dataset {require_img2dataset()}"
    marks = {s: f"{fingerprint(c, options, web)} {engine}" for s, c in shards.items()}
    with tempfile.TemporaryDirectory(prefix="webimagetext-img2dataset-") as work:
        todo = {s: c for s, c in shards.items() if not is_done(folder, s, marks[s])}
        call = _Call(work, todo, options, web) if todo else None
        for shard, candidates in sorted(shards.items()):
            if call and shard in todo:
                rows = call.write_shard(shard, folder, marks[shard])
            else:
                rows = read_pool_shard(folder, shard)
            on_progress(len(candidates))
            yield from rows


class _Call:
    """One call of img2dataset, made at once, and what became of it."""

    def __init__(
        self,
        work: str,
        shards: Mapping[int, Sequence[Candidate]],
        options: DownloadOptions,
        web: WebOptions,
    ) -> None:
        self._shards, self._options, self._web = shards, options, web
        online = [c for candidates in shards.values() for c in candidates if not c.image]
        self._said = ask_sites(online, web, options.concurrency)
        handed = {shard: self._handed(shard) for shard in sorted(shards)}
        # It numbers its shards by the files that it is given.
        self._numbers = {s: n for n, s in enumerate(s for s, urls in handed.items() if urls)}
        self._output = f"{work}/pool"
        if self._numbers:
            _write_lists(work, [handed[shard] for shard in self._numbers])
            arguments = make_arguments(work, options, web, handed)
            urls = sum(map(len, handed.values()))
            run_img2dataset(work, arguments, web.allow_address, call_limit_s(urls, options))

    def _handed(self, shard: int) -> list[Candidate]:
        """Returns what img2dataset is asked for: only URLs that their sites let us fetch."""
        return [c for c in self._shards[shard] if isinstance(self._said.get(c.uid), tuple)]

    def write_shard(self, shard: int, folder: str, mark: str) -> list[PoolRow]:
        """Writes a shard of the pool and returns its rows."""
        number = self._numbers.get(shard, -1)
        with open_engine_shard(self._output, number, self._handed(shard)) as engine_shard:
            archived = [c for c in self._shards[shard] if c.image]
            results = merge(
                fetch_results(shard, archived, self._options, self._web),
                self._results(shard, engine_shard),
                key=_uid,
            )
            return write_pool_shard(folder, shard, results, mark, engine_shard.started_at)

    def _results(self, shard: int, engine_shard: EngineShard) -> Iterator[Result]:
        for candidate in self._shards[shard]:
            if candidate.image:
                continue
            said = self._said[candidate.uid]
            if isinstance(said, RecordError):
                yield make_failure(shard, candidate, said), b""
            else:
                settled = engine_shard.settle(
                    candidate, self._options.encode_format, self._options.max_pixels
                )
                yield _to_result(shard, candidate, said, settled, engine_shard.started_at)


def make_arguments(
    work: str,
    options: DownloadOptions,
    web: WebOptions,
    handed: Mapping[int, Sequence[Candidate]],
) -> dict[str, Any]:
    """Returns the arguments of `img2dataset.download`."""
    same = {n: v for n, v in asdict(options).items() if n in _SAME and v is not None}
    obeyed = {word.removeprefix("header:") for word in web.obey} & DIRECTIVES
    if obeyed & {"noindex", "nofollow"}:
        obeyed.add("none")  # which it does not know to mean both
    return {
        "max_image_area": options.max_pixels,
        **same,
        "url_list": f"{work}/urls",
        "output_folder": f"{work}/pool",
        "input_format": "parquet",
        "output_format": "webdataset",
        "url_col": "url",
        "caption_col": "caption",
        "save_additional_columns": ["uid"],
        "number_sample_per_shard": max(map(len, handed.values())),
        "processes_count": 1,
        "thread_count": options.concurrency,
        "timeout": options.deadline_s,
        "compute_hash": "sha256",
        "user_agent_token": web.product_token,
        "disallowed_header_directives": sorted(obeyed),
    }


def call_limit_s(urls: int, options: DownloadOptions) -> float:
    """Returns the seconds after which a call for so many URLs counts as hung."""
    return START_S + urls * (options.deadline_s / options.concurrency + IMAGE_S)


def run_img2dataset(
    work: str, arguments: Mapping[str, Any], allow_address: Sequence[str], limit_s: float
) -> None:
    """Runs img2dataset to its end, or kills it where it would never end.

    Args:
        work: Folder for what it and we write.
        arguments: Of `img2dataset.download`.
        allow_address: Of the guard.
        limit_s: Seconds after which it is killed.

    Raises:
        RunError: It failed without finishing a single shard.
    """
    job, log = Path(work, "job.json"), Path(work, "log.txt")
    job.write_text(json.dumps({"arguments": arguments, "allow_address": list(allow_address)}))
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [sys.executable, "-m", MODULE, str(job)],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=_environment(),
            start_new_session=True,
        ) as process,
    ):
        try:
            code = process.wait(limit_s)
        except subprocess.TimeoutExpired:
            code = 0  # what it did finish is reconciled like any other call's
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    if code and not list(Path(work, "pool").glob("*_stats.json")):
        words = log.read_text(errors="replace").split("\n")
        last = next((line for line in reversed(words) if line.strip()), "it said nothing")
        raise RunError(f"img2dataset ended with exit code {code}: {last.strip()}")


def _environment() -> dict[str, str]:
    """Returns ours without proxies, which would connect past the guard, and without its reports."""
    kept = {n: v for n, v in os.environ.items() if not n.lower().endswith("_proxy")}
    return kept | {"NO_ALBUMENTATIONS_UPDATE": "1", "WANDB_MODE": "disabled"}


def _write_lists(work: str, shards: Sequence[Sequence[Candidate]]) -> None:
    folder = Path(work, "urls")
    folder.mkdir()
    for number, candidates in enumerate(shards):
        columns = {
            "uid": [candidate.uid for candidate in candidates],
            "url": [candidate.url for candidate in candidates],
            "caption": [candidate.text for candidate in candidates],
        }
        pq.write_table(pa.table(columns), folder / f"{shard_name(number)}.parquet")


def _to_result(
    shard: int,
    candidate: Candidate,
    signals: Said,
    settled: Reconciled,
    started_at: datetime | None,
) -> Result:
    assert isinstance(signals, tuple)
    if isinstance(settled.found, RecordError):
        row = make_failure(shard, candidate, settled.found, status=settled.status)
        return row, b""
    return _success(shard, candidate, signals, settled.found, started_at), settled.found.data


def _success(
    shard: int,
    candidate: Candidate,
    signals: tuple[str, ...],
    image: ProcessedImage,
    started_at: datetime | None,
) -> PoolRow:
    return PoolRow(
        candidate=candidate,
        shard=shard,
        status="success",
        outcome="ok",
        detail="img2dataset; phash of the stored image",
        fetched_at=started_at,
        opt_out=signals,
        image_bytes=len(image.data),
        extension=image.extension,
        width=image.width,
        height=image.height,
        original_width=image.original_width,
        original_height=image.original_height,
        sha256=image.sha256,
        phash=image.phash,
        exif=image.exif,
        entropy=image.entropy,
        sharpness=image.sharpness,
        edge_ratio=image.edge_ratio,
    )


def _uid(result: Result) -> str:
    return result[0].uid
