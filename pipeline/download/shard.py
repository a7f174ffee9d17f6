"""A pool shard: its candidates through network or archive, decoder and tar, in one pass.

Results are written in uid order whatever the order of answers, so a shard's bytes depend on its
candidates and on what the web answers, and on nothing else.
"""

import asyncio
import hashlib
import json
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from filters.opt_out import first_obeyed
from pipeline.download.archive import read_archived_image
from pipeline.download.options import DownloadOptions
from pipeline.download.pool import PoolShardWriter, is_done, read_pool_shard
from pipeline.download.processed import ProcessedImage
from pipeline.download.session import Session
from pipeline.web.opt_out import header_signals
from pipeline.web.options import WebOptions
from pipeline.web.patience import PatientClient
from schemas.errors import RecordError, RecordFailed, RecordRejected
from schemas.outcomes import HTTP_FAILURE_PREFIX, Failure, Reject
from schemas.records import Candidate, ImageKind, PoolRow
from schemas.uid import is_misnamed

# Stored images that wait for an earlier one of their shard, as behind a host that is slow: 3,000
# of 40 kB, or what comes in five seconds on two cores.
MAX_HELD_BYTES = 128 * 2**20

_BATCH = 64

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
OnProgress = Callable[[int], None]


def download_shard(
    shard: int,
    candidates: Sequence[Candidate],
    *,
    folder: str,
    options: DownloadOptions,
    web: WebOptions,
    on_progress: OnProgress = lambda count: None,
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

    async def download() -> list[PoolRow]:
        async with Session(options, web) as session:
            return await write_shard(
                shard, candidates, session, folder=folder, on_progress=on_progress
            )

    with asyncio.Runner() as runner:
        return runner.run(download())


async def write_shard(
    shard: int,
    candidates: Sequence[Candidate],
    session: Session,
    *,
    folder: str,
    on_begun: Callable[[], None] = lambda: None,
    on_progress: OnProgress = lambda count: None,
) -> list[PoolRow]:
    """Does what `download_shard` does beside other shards of the session.

    Args:
        shard: Its number.
        candidates: In uid order.
        session: What it shares with the others.
        folder: The pool.
        on_begun: Called when all its candidates are being tried, and the next shard may begin.
        on_progress: As of `download_shard`.
    """
    mark = fingerprint(candidates, session.options, session.web)
    if is_done(folder, shard, mark):
        on_progress(len(candidates))
        return read_pool_shard(folder, shard)
    with PoolShardWriter(folder, shard, mark) as writer:
        async with (
            session.client() as client,
            aclosing(
                _results(_Tried(shard, session, client), candidates, on_begun, on_progress)
            ) as results,
        ):
            async for row, image in results:
                writer.add(row, image)
        # Disks and object stores may take their time.
        return await asyncio.to_thread(writer.finish)


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
    on_progress: OnProgress = lambda count: None,
) -> Iterator[Result]:
    """Yields the row of every candidate, in their order, with the stored image of a success.

    The asynchronous part runs on a loop of its own; the arguments are those of `download_shard`.
    """
    with asyncio.Runner() as runner:
        stream = _fetch_all(shard, candidates, Session(options, web), on_progress)
        try:
            while batch := runner.run(_next_batch(stream)):
                yield from batch
        finally:
            runner.run(stream.aclose())


async def _fetch_all(
    shard: int, candidates: Sequence[Candidate], session: Session, on_progress: OnProgress
) -> AsyncGenerator[Result, None]:
    async with (
        session,
        session.client() as client,
        aclosing(
            _results(_Tried(shard, session, client), candidates, lambda: None, on_progress)
        ) as results,
    ):
        async for result in results:
            yield result


async def _next_batch(stream: AsyncGenerator[Result, None]) -> list[Result]:
    """Returns some results, none at the end: to enter the loop for each of them costs 0.4 ms."""
    batch: list[Result] = []
    async for result in stream:
        batch.append(result)
        if len(batch) == _BATCH:
            break
    return batch


async def _results(
    tried: "_Tried",
    candidates: Sequence[Candidate],
    on_begun: Callable[[], None],
    on_progress: OnProgress,
) -> AsyncGenerator[Result, None]:
    """Yields results in order.

    Those that come before their turn are held, so that a slow host keeps no others back until
    they are too many.
    """
    session = tried.session
    waiting: deque[asyncio.Task[Result]] = deque()

    def settle(task: asyncio.Task[Result]) -> None:
        session.tried.release()
        if not task.cancelled() and not task.exception():
            session.held_bytes += len(task.result()[1])
            on_progress(1)

    async def take() -> Result:
        row, image = await waiting.popleft()
        session.held_bytes -= len(image)
        return row, image

    try:
        for candidate in candidates:
            await session.tried.acquire()
            task = asyncio.create_task(tried.one(candidate))
            task.add_done_callback(settle)
            waiting.append(task)
            while waiting and (waiting[0].done() or session.held_bytes >= MAX_HELD_BYTES):
                yield await take()
        on_begun()
        while waiting:
            yield await take()
    finally:
        for task in waiting:
            task.cancel()
        left = await asyncio.gather(*waiting, return_exceptions=True)
        session.held_bytes -= sum(len(found[1]) for found in left if isinstance(found, tuple))


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
    session: Session
    client: PatientClient

    async def one(self, candidate: Candidate) -> Result:
        try:
            if not candidate.image:
                await self.client.reach(candidate.url)
        except RecordError as error:
            return self._failure(candidate, None, (), error), b""
        async with self.session.slots:
            return await self._one_in_flight(candidate)

    async def _one_in_flight(self, candidate: Candidate) -> Result:
        options, obey = self.session.options, self.session.web.obey
        body: _Body | None = None
        signals: tuple[str, ...] = ()
        try:
            body = await self._read(candidate)
            signals = body.signals
            if signal := first_obeyed(signals, obey):
                raise RecordRejected(Reject.OPT_OUT, signal)
            expected = expected_hash(candidate, options)
            image = await self.session.decoders.process(body.data, options, expected)
            if is_misnamed(candidate.url, image.sha256):
                raise RecordFailed(Failure.HASH_MISMATCH, "the file changed since it was crawled")
        except RecordError as error:
            return self._failure(candidate, body, signals, error), b""
        return self._success(candidate, body, signals, image), image.data

    async def _read(self, candidate: Candidate) -> _Body:
        options = self.session.options
        if candidate.image:
            found = await asyncio.to_thread(read_archived_image, candidate.image, options.max_bytes)
            return _Body(
                data=found.body,
                signals=self._signals(found.headers),
                http_status=200 if candidate.image.kind is ImageKind.WARC else None,
                final_url=candidate.url,
                fetched_at=found.fetched_at,
            )
        fetched = await self.client.fetch(
            candidate.url,
            deadline_s=options.deadline_s,
            max_bytes=options.max_bytes,
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
        return tuple(sorted({*header_signals(headers, self.session.web.product_token), *of_site}))

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
