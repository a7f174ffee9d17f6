"""A pool shard: its candidates through network or archive, decoder and tar, in one pass.

Results are written in uid order whatever the order of answers, so a shard's bytes depend on its
candidates and on what the web answers, and on nothing else.
"""

import asyncio
import hashlib
import json
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from filters.opt_out import first_obeyed
from pipeline.download.archive import read_archived_image
from pipeline.download.contain import process_contained
from pipeline.download.options import DownloadOptions
from pipeline.download.pool import is_done, read_pool_shard, write_pool_shard
from pipeline.download.processed import ProcessedImage
from pipeline.web.client import WebClient
from pipeline.web.opt_out import header_signals
from pipeline.web.options import WebOptions
from pipeline.web.patience import PatientClient
from schemas.errors import RecordError, RecordFailed, RecordRejected
from schemas.outcomes import HTTP_FAILURE_PREFIX, Failure, Reject
from schemas.records import Candidate, ImageKind, PoolRow
from schemas.uid import is_misnamed

# Each waits for a process that decodes; one more than a core per worker keeps it busy.
DECODE_THREADS = 2

# Results that wait for their turn, for each that is in flight: 512 stored images are some 10 MB.
MAX_WAITING_RATIO = 8

# Of the picture and not of the transfer; img2dataset calls them failed_to_resize.
_OF_THE_IMAGE: frozenset[str] = frozenset(
    {
        Failure.DECODE,
        Failure.PIXELS,
        Failure.NOT_IMAGE,
        Reject.DAMAGED,
        Reject.IMAGE_TOO_SMALL,
        Reject.IMAGE_TOO_LARGE,
        Reject.IMAGE_TOO_LONG,
    }
)

Result = tuple[PoolRow, bytes]
T = TypeVar("T")


def download_shard(
    shard: int,
    candidates: Sequence[Candidate],
    *,
    folder: str,
    options: DownloadOptions,
    web: WebOptions,
    on_progress: Callable[[int], None] = lambda count: None,
) -> list[PoolRow]:
    """Writes one shard of the pool, or reads it back if an earlier run finished it.

    Args:
        shard: Its number.
        candidates: In uid order; each becomes exactly one row.
        folder: The pool.
        options: Sizes and limits.
        web: How to behave towards hosts.
        on_progress: Called with the number of URLs that were settled since the last call.
    """
    mark = fingerprint(candidates, options, web)
    if is_done(folder, shard, mark):
        on_progress(len(candidates))
        return read_pool_shard(folder, shard)
    results = fetch_results(shard, candidates, options, web, on_progress)
    return write_pool_shard(folder, shard, results, mark)


def fingerprint(candidates: Sequence[Candidate], options: DownloadOptions, web: WebOptions) -> str:
    """Returns the sha256 of everything that decides what a shard holds."""
    parts: list[Any] = [
        asdict(options),
        {
            "product_token": web.product_token,
            "robots": web.robots,
            "site_files": web.site_files,
            "obey": web.obey,
        },
        [[c.uid, c.language, asdict(c.image) if c.image else None] for c in candidates],
        [expected_hash(c, options) for c in candidates],
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def fetch_results(
    shard: int,
    candidates: Sequence[Candidate],
    options: DownloadOptions,
    web: WebOptions,
    on_progress: Callable[[int], None] = lambda count: None,
) -> Iterator[Result]:
    """Yields the row of every candidate, in their order, with the stored image of a success.

    The asynchronous part runs on a loop of its own; the arguments are those of `download_shard`.
    """
    with asyncio.Runner() as runner, ThreadPoolExecutor(DECODE_THREADS) as threads:
        stream = _fetch_all(_Tried(shard, options, web, threads), candidates)
        try:
            while (result := runner.run(anext(stream, None))) is not None:
                on_progress(1)
                yield result
        finally:
            runner.run(stream.aclose())


async def _fetch_all(
    tried: "_Tried", candidates: Sequence[Candidate]
) -> AsyncGenerator[Result, None]:
    """Yields results in order, with at most `concurrency` images in flight.

    Those that come before their turn wait for it, so that a slow host keeps few others back.
    """
    slots = asyncio.Semaphore(tried.options.concurrency)
    max_waiting = tried.options.concurrency * MAX_WAITING_RATIO
    async with WebClient(tried.web, keep_alive=True) as web:
        client = PatientClient(web, retries=tried.options.retries)
        waiting: deque[asyncio.Task[Result]] = deque()
        try:
            for candidate in candidates:
                await slots.acquire()
                task = asyncio.create_task(tried.one(candidate, client))
                task.add_done_callback(lambda _: slots.release())
                waiting.append(task)
                while waiting and (waiting[0].done() or len(waiting) >= max_waiting):
                    yield await waiting.popleft()
            while waiting:
                yield await waiting.popleft()
        finally:
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    """An image's bytes, where they came from, and what was said there about their use."""

    data: bytes
    signals: tuple[str, ...]
    http_status: int | None
    final_url: str
    fetched_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Tried:
    """Tries candidates; every one ends as a row."""

    shard: int
    options: DownloadOptions
    web: WebOptions
    threads: ThreadPoolExecutor

    async def one(self, candidate: Candidate, client: PatientClient) -> Result:
        body: _Body | None = None
        signals: tuple[str, ...] = ()
        try:
            body = await self._read(candidate, client)
            signals = body.signals
            if signal := first_obeyed(signals, self.web.obey):
                raise RecordRejected(Reject.OPT_OUT, signal)
            expected = expected_hash(candidate, self.options)
            image = await self._run(partial(process_contained, body.data, self.options, expected))
            if is_misnamed(candidate.url, image.sha256):
                raise RecordFailed(Failure.HASH_MISMATCH, "the file changed since it was crawled")
        except RecordError as error:
            return self._failure(candidate, body, signals, error), b""
        return self._success(candidate, body, signals, image), image.data

    async def _read(self, candidate: Candidate, client: PatientClient) -> _Body:
        if candidate.image:
            found = await self._run(
                partial(read_archived_image, candidate.image, self.options.max_bytes)
            )
            return _Body(
                data=found.body,
                signals=self._signals(found.headers),
                http_status=200 if candidate.image.kind is ImageKind.WARC else None,
                final_url=candidate.url,
                fetched_at=found.fetched_at,
            )
        fetched = await client.fetch(
            candidate.url,
            deadline_s=self.options.deadline_s,
            max_bytes=self.options.max_bytes,
            accept="image/*",
        )
        return _Body(
            data=fetched.body,
            signals=self._signals(fetched.headers, fetched.site_signals),
            http_status=fetched.status,
            final_url=fetched.final_url,
            fetched_at=fetched.fetched_at,
        )

    def _signals(
        self, headers: tuple[tuple[str, str], ...], of_site: tuple[str, ...] = ()
    ) -> tuple[str, ...]:
        return tuple(sorted({*header_signals(headers, self.web.product_token), *of_site}))

    async def _run(self, core: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.threads, core)

    def _success(
        self, candidate: Candidate, body: _Body, signals: tuple[str, ...], image: ProcessedImage
    ) -> PoolRow:
        return PoolRow(
            candidate=candidate,
            shard=self.shard,
            status="success",
            outcome="ok",
            opt_out=signals,
            image_bytes=len(image.data),
            extension=image.extension,
            width=image.width,
            height=image.height,
            original_width=image.original_width,
            original_height=image.original_height,
            sha256=image.sha256,
            md5=image.md5,
            sha512=image.sha512,
            phash=image.phash,
            exif=image.exif,
            damaged=image.is_damaged,
            entropy=image.entropy,
            sharpness=image.sharpness,
            edge_ratio=image.edge_ratio,
            **_provenance(body),
        )

    def _failure(
        self,
        candidate: Candidate,
        body: _Body | None,
        signals: tuple[str, ...],
        error: RecordError,
    ) -> PoolRow:
        row = make_failure(self.shard, candidate, error)
        return replace(row, opt_out=signals, **(_provenance(body) if body else {}))


def expected_hash(candidate: Candidate, options: DownloadOptions) -> str | None:
    """Returns the hash that a candidate's list says its image has, if the options ask for one."""
    if not options.verify_hash:
        return None
    value = json.loads(candidate.extra or "{}").get(options.verify_hash[0])
    return value if isinstance(value, str) else None


def make_failure(
    shard: int, candidate: Candidate, error: RecordError, status: str | None = None
) -> PoolRow:
    """Returns the row of a candidate that has no image; `status` is img2dataset's word for it."""
    of_outcome = "failed_to_resize" if error.outcome in _OF_THE_IMAGE else "failed_to_download"
    return PoolRow(
        candidate=candidate,
        shard=shard,
        status=status or of_outcome,
        outcome=error.outcome,
        detail=error.detail,
        http_status=_http_status(error.outcome),
    )


def _provenance(body: _Body) -> dict[str, Any]:
    return {
        "http_status": body.http_status,
        "final_url": body.final_url,
        "fetched_at": body.fetched_at,
        "bytes": len(body.data),
    }


def _http_status(outcome: str) -> int | None:
    digits = outcome.removeprefix(HTTP_FAILURE_PREFIX)
    return int(digits) if outcome.startswith(HTTP_FAILURE_PREFIX) and digits.isdigit() else None
