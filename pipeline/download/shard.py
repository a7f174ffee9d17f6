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
from functools import partial
from typing import Any

from filters.opt_out import first_obeyed
from pipeline.download.archive import read_archived_image
from pipeline.download.body import Body
from pipeline.download.budget import within_budget
from pipeline.download.earlier import Earlier, copy_image, mark_images
from pipeline.download.failure_row import make_failure
from pipeline.download.identity import AnotherPicture, check_identity, expected_hash
from pipeline.download.options import DownloadOptions
from pipeline.download.pool import PoolShardWriter, is_done, read_pool_shard
from pipeline.download.processed import ProcessedImage
from pipeline.download.rounds import FIRST_ROUND, Round
from pipeline.download.session import Session
from pipeline.download.tally import tally
from pipeline.web.opt_out import header_signals
from pipeline.web.options import WebOptions
from pipeline.web.patience import PatientClient
from pipeline.web.tls import NOT_VERIFIED
from pipeline.web.validators import Conditions, read_validators
from schemas.errors import RecordError, RecordRejected
from schemas.outcomes import Reject
from schemas.records import Candidate, ImageKind, PoolRow
from schemas.tables import candidate_to_row

# Stored images that wait for an earlier one of their shard, as behind a host that is slow: 3,000
# of 40 kB, or what comes in five seconds on two cores.
MAX_HELD_BYTES = 128 * 2**20

_BATCH = 64

Result = tuple[PoolRow, bytes]
OnProgress = Callable[[int], None]


def download_shard(
    shard: int,
    candidates: Sequence[Candidate],
    *,
    folder: str,
    options: DownloadOptions,
    web: WebOptions,
    around: Round = FIRST_ROUND,
    on_progress: OnProgress = lambda count: None,
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

    async def download() -> list[PoolRow]:
        async with Session(options, web) as session:
            return await write_shard(
                shard, candidates, session, folder=folder, around=around, on_progress=on_progress
            )

    with asyncio.Runner() as runner:
        return runner.run(download())


async def write_shard(
    shard: int,
    candidates: Sequence[Candidate],
    session: Session,
    *,
    folder: str,
    around: Round = FIRST_ROUND,
    on_begun: Callable[[], None] = lambda: None,
    on_progress: OnProgress = lambda count: None,
) -> list[PoolRow]:
    """Does what `download_shard` does, beside other shards of the session.

    Args:
        shard: Its number.
        candidates: In uid order.
        session: What it shares with the others.
        folder: The pool.
        around: As of `download_shard`.
        on_begun: Called when all its candidates are being tried, and the next shard may begin.
        on_progress: As of `download_shard`.
    """
    options = session.options
    mark = fingerprint(candidates, options, session.web, around)
    if is_done(folder, shard, mark):
        on_progress(len(candidates))
        return read_pool_shard(folder, shard)

    def refuse(candidate: Candidate, budget: str) -> Result:
        on_progress(1)
        error = RecordRejected(Reject.BUDGET, f"{budget} is used up")
        return around.compare(make_failure(shard, candidate, error)), b""

    with PoolShardWriter(folder, shard, mark, image_mark=mark_images(options)) as writer:
        async with session.client() as client:
            tried = _Tried(shard, session, client, around)
            fetch = partial(_results, tried, on_begun=on_begun, on_progress=on_progress)
            async with aclosing(within_budget(candidates, around, fetch, refuse)) as results:
                async for row, image in results:
                    writer.add(row, image)
        # Disks and object stores may take their time.
        return await asyncio.to_thread(writer.finish)


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
        # Whole: a text that was cleaned or redacted differs under the same uid.
        [candidate_to_row(candidate) for candidate in candidates],
        [expected_hash(c, options) for c in candidates],
        mark_images(options),
        around.fingerprint(),
    ]
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()


def fetch_results(
    shard: int,
    candidates: Sequence[Candidate],
    options: DownloadOptions,
    web: WebOptions,
    on_progress: OnProgress = lambda count: None,
    *,
    around: Round = FIRST_ROUND,
) -> Iterator[Result]:
    """Yields the row of every candidate, in their order, with the stored image of a success.

    The asynchronous part runs on a loop of its own; the arguments are those of `download_shard`.
    """

    async def fetch() -> AsyncGenerator[Result, None]:
        async with Session(options, web) as session, session.client() as client:
            tried = _Tried(shard, session, client, around)
            async with aclosing(_results(tried, candidates, on_progress=on_progress)) as results:
                async for result in results:
                    yield result

    with asyncio.Runner() as runner:
        stream = fetch()
        try:
            while batch := runner.run(_next_batch(stream)):
                yield from batch
        finally:
            runner.run(stream.aclose())


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
    *,
    on_begun: Callable[[], None] = lambda: None,
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
            task = asyncio.create_task(tally.watch(candidate.url, partial(tried.one, candidate)))
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


@dataclass(frozen=True, slots=True)
class _Tried:
    """Tries candidates; every one ends as a row."""

    shard: int
    session: Session
    client: PatientClient
    around: Round

    async def one(self, candidate: Candidate) -> Result:
        row, data = await self._one(candidate)
        return self.around.compare(row), data

    async def _one(self, candidate: Candidate) -> Result:
        try:
            if not candidate.image:
                await self.client.reach(candidate.url)
        except RecordError as error:
            return self._failure(candidate, None, error), b""
        async with self.session.slots:
            return await self._try(candidate, self.around.earlier.get(candidate.uid))

    async def _try(self, candidate: Candidate, earlier: Earlier | None) -> Result:
        body: Body | None = None
        try:
            body = await self._read(candidate, earlier)
            if signal := first_obeyed(body.signals, self.session.web.obey):
                raise RecordRejected(Reject.OPT_OUT, signal)
            image = await self._image(candidate, body, earlier)
        except RecordError as error:
            return self._failure(candidate, body, error), b""
        if image is None:  # the earlier copy is damaged: the host must send it again
            assert earlier
            return await self._try(candidate, replace(earlier, stored=None))
        return self._success(candidate, body, image), image.data

    async def _image(
        self, candidate: Candidate, body: Body, earlier: Earlier | None
    ) -> ProcessedImage | None:
        """Returns the picture of a body; None if it should be copied and cannot."""
        copied = await asyncio.to_thread(self._copy, body, earlier.stored) if earlier else None
        if body.is_unchanged:
            return copied
        found = copied or await self._process(body.data)
        check_identity(body.data, found, candidate, self.session.options, earlier)
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
            return await self.session.decoders.process(data, self.session.options)
        except RecordError as error:
            if error.outcome == Reject.HASH_LIST:
                raise  # of such a picture nothing is kept, no hash either
            return error

    async def _read(self, candidate: Candidate, earlier: Earlier | None) -> Body:
        options = self.session.options
        if candidate.image:
            found = await asyncio.to_thread(read_archived_image, candidate.image, options.max_bytes)
            return Body(
                data=found.body,
                size=len(found.body),
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
        verify = self.session.options.verify_hash
        return earlier.conditions(
            (verify[1], expected_hash(candidate, self.session.options)) if verify else None
        )

    def _note(self, url: str) -> str:
        return NOT_VERIFIED if url.startswith("https:") and not self.session.web.verify_tls else ""

    def _signals(
        self, headers: tuple[tuple[str, str], ...], of_site: tuple[str, ...] = ()
    ) -> tuple[str, ...]:
        return tuple(sorted({*header_signals(headers, self.session.web.product_token), *of_site}))

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
            entropy=image.entropy,
            sharpness=image.sharpness,
            edge_ratio=image.edge_ratio,
            **body.provenance(),
        )

    def _failure(self, candidate: Candidate, body: Body | None, error: RecordError) -> PoolRow:
        row = make_failure(self.shard, candidate, error)
        if isinstance(error, AnotherPicture):
            row = replace(row, sha256=error.sha256, phash=error.phash)
        return replace(row, **body.provenance()) if body else row
