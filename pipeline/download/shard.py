"""A pool shard: its candidates through network or archive, decoder and tar, in one pass.

Results are written in uid order whatever the order of answers, so a shard's bytes depend on its
candidates and on what the web answers, and on nothing else.
"""

import asyncio
import hashlib
import json
from collections import deque
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, TypeVar

from filters.opt_out import first_obeyed
from pipeline.download.archive import read_archived_image
from pipeline.download.body import Body
from pipeline.download.budget import within_budget
from pipeline.download.contain import process_contained
from pipeline.download.earlier import Earlier, copy_image, mark_images
from pipeline.download.failure_row import make_failure
from pipeline.download.identity import AnotherPicture, check_identity, expected_hash
from pipeline.download.options import DownloadOptions
from pipeline.download.pool import is_done, read_pool_shard, write_pool_shard
from pipeline.download.processed import ProcessedImage
from pipeline.download.rounds import FIRST_ROUND, Round
from pipeline.download.tally import tally
from pipeline.web.client import WebClient
from pipeline.web.opt_out import header_signals
from pipeline.web.options import WebOptions
from pipeline.web.patience import PatientClient
from pipeline.web.tls import NOT_VERIFIED
from pipeline.web.validators import Conditions, read_validators
from schemas.errors import RecordError, RecordRejected
from schemas.outcomes import Reject
from schemas.records import Candidate, ImageKind, PoolRow

# Each waits for a process that decodes; one more than a core per worker keeps it busy.
DECODE_THREADS = 2

# Results that wait for their turn, for each that is in flight: 512 stored images are some 10 MB.
MAX_WAITING_RATIO = 8

Result = tuple[PoolRow, bytes]
T = TypeVar("T")


def download_shard(
    shard: int,
    candidates: Sequence[Candidate],
    *,
    folder: str,
    options: DownloadOptions,
    web: WebOptions,
    around: Round = FIRST_ROUND,
    on_progress: Callable[[int], None] = lambda count: None,
) -> list[PoolRow]:
    """Writes one shard of the pool, or reads it back if an earlier run finished it.

    Args:
        shard: Its number.
        candidates: In uid order; each becomes exactly one row.
        folder: The pool.
        options: Sizes and limits.
        web: How to behave towards hosts.
        around: What an earlier round knew, and what may be spent.
        on_progress: Called with the number of URLs that were settled since the last call.
    """
    mark = fingerprint(candidates, options, web, around)
    if is_done(folder, shard, mark):
        on_progress(len(candidates))
        return read_pool_shard(folder, shard)

    def fetch(affordable: Sequence[Candidate]) -> Generator[Result, None, None]:
        return fetch_results(shard, affordable, options, web, on_progress, around=around)

    def refuse(candidate: Candidate, budget: str) -> Result:
        on_progress(1)
        error = RecordRejected(Reject.BUDGET, f"{budget} is used up")
        return around.compare(make_failure(shard, candidate, error)), b""

    results = within_budget(candidates, around, fetch, refuse)
    return write_pool_shard(folder, shard, results, mark, image_mark=mark_images(options))


def fingerprint(
    candidates: Sequence[Candidate],
    options: DownloadOptions,
    web: WebOptions,
    around: Round = FIRST_ROUND,
) -> str:
    """Returns the sha256 of everything that decides what a shard holds."""
    parts: list[Any] = [
        asdict(options),
        {
            "product_token": web.product_token,
            "robots": web.robots,
            "site_files": web.site_files,
            "obey": web.obey,
            "verify_tls": web.verify_tls,
        },
        [[c.uid, c.language, asdict(c.image) if c.image else None] for c in candidates],
        [expected_hash(c, options) for c in candidates],
        mark_images(options),
        around.fingerprint(),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def fetch_results(
    shard: int,
    candidates: Sequence[Candidate],
    options: DownloadOptions,
    web: WebOptions,
    on_progress: Callable[[int], None] = lambda count: None,
    *,
    around: Round = FIRST_ROUND,
) -> Generator[Result, None, None]:
    """Yields the row of every candidate, in their order, with the stored image of a success.

    The asynchronous part runs on a loop of its own; the arguments are those of `download_shard`.
    """
    with asyncio.Runner() as runner, ThreadPoolExecutor(DECODE_THREADS) as threads:
        stream = _fetch_all(_Tried(shard, options, web, threads, around), candidates)
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
                task = asyncio.create_task(
                    tally.watch(candidate.url, partial(tried.one, candidate, client))
                )
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


@dataclass(frozen=True, slots=True)
class _Tried:
    """Tries candidates; every one ends as a row."""

    shard: int
    options: DownloadOptions
    web: WebOptions
    threads: ThreadPoolExecutor
    around: Round

    async def one(self, candidate: Candidate, client: PatientClient) -> Result:
        row, data = await self._try(candidate, client, self.around.earlier.get(candidate.uid))
        return self.around.compare(row), data

    async def _try(
        self, candidate: Candidate, client: PatientClient, earlier: Earlier | None
    ) -> Result:
        body: Body | None = None
        try:
            body = await self._read(candidate, client, earlier)
            if signal := first_obeyed(body.signals, self.web.obey):
                raise RecordRejected(Reject.OPT_OUT, signal)
            image = await self._image(candidate, body, earlier)
        except RecordError as error:
            return self._failure(candidate, body, error), b""
        if image is None:  # the earlier copy is damaged: the host must send it again
            assert earlier
            return await self._try(candidate, client, replace(earlier, stored=None))
        return self._success(candidate, body, image), image.data

    async def _image(
        self, candidate: Candidate, body: Body, earlier: Earlier | None
    ) -> ProcessedImage | None:
        """Returns the picture of a body; None if it should be copied and cannot."""
        copied = await self._run(partial(self._copy, body, earlier.stored)) if earlier else None
        if body.is_unchanged:
            return copied
        found = copied or await self._process(body.data)
        check_identity(body.data, found, candidate, self.options, earlier)
        if isinstance(found, RecordError):
            raise found
        return found

    def _copy(self, body: Body, stored: PoolRow | None) -> ProcessedImage | None:
        if not self.around.pool or not stored:
            return None
        is_same = body.is_unchanged or hashlib.sha256(body.data).hexdigest() == stored.sha256
        return copy_image(self.around.pool, stored) if is_same else None

    async def _process(self, data: bytes) -> ProcessedImage | RecordError:
        try:
            return await self._run(partial(process_contained, data, self.options))
        except RecordError as error:
            if error.outcome == Reject.HASH_LIST:
                raise  # of such a picture nothing is kept, no hash either
            return error

    async def _read(
        self, candidate: Candidate, client: PatientClient, earlier: Earlier | None
    ) -> Body:
        if candidate.image:
            found = await self._run(
                partial(read_archived_image, candidate.image, self.options.max_bytes)
            )
            return Body(
                data=found.body,
                size=len(found.body),
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
            conditions=self._conditions(candidate, earlier),
        )
        body = Body(
            data=fetched.body,
            size=len(fetched.body),
            signals=self._signals(fetched.headers, fetched.site_signals),
            http_status=fetched.status,
            final_url=fetched.final_url,
            fetched_at=fetched.fetched_at,
            validators=read_validators(fetched.headers),
            note=self._note(fetched.final_url),
        )
        return body.standing_for(earlier) if body.is_unchanged and earlier else body

    def _conditions(self, candidate: Candidate, earlier: Earlier | None) -> Conditions | None:
        if not earlier:
            return None
        verify = self.options.verify_hash
        return earlier.conditions(
            (verify[1], expected_hash(candidate, self.options)) if verify else None
        )

    def _note(self, url: str) -> str:
        return NOT_VERIFIED if url.startswith("https:") and not self.web.verify_tls else ""

    def _signals(
        self, headers: tuple[tuple[str, str], ...], of_site: tuple[str, ...] = ()
    ) -> tuple[str, ...]:
        return tuple(sorted({*header_signals(headers, self.web.product_token), *of_site}))

    async def _run(self, core: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.threads, core)

    def _success(self, candidate: Candidate, body: Body, image: ProcessedImage) -> PoolRow:
        return PoolRow(
            candidate=candidate,
            shard=self.shard,
            status="success",
            outcome="ok",
            detail=body.note,
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
            image_sha256=image.image_sha256,
            etag=body.validators.etag,
            last_modified=body.validators.last_modified,
            **body.provenance(),
        )

    def _failure(self, candidate: Candidate, body: Body | None, error: RecordError) -> PoolRow:
        row = make_failure(self.shard, candidate, error)
        if isinstance(error, AnotherPicture):
            row = replace(row, sha256=error.sha256, phash=error.phash)
        return replace(row, **body.provenance()) if body else row
