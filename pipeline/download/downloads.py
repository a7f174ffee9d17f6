"""Several shards under way at once, so that the last hosts of one do not keep the next waiting."""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from typing import Any

from pipeline.download.options import DownloadOptions
from pipeline.download.rounds import FIRST_ROUND, Round
from pipeline.download.session import DECODERS, Session
from pipeline.download.shard import OnProgress, write_shard
from pipeline.web.options import WebOptions
from schemas.records import Candidate, PoolRow

# Shards that wait for their last hosts; 1,000 images each come in less than two seconds.
MAX_OPEN = 8

Rows = list[PoolRow]


class Downloads:
    """Writes shards; each begins when all URLs of the one before it are being tried.

    Everything happens within the calls: between them nothing moves.

    Args:
        folder: The pool.
        options: Sizes and limits.
        web: How to behave towards hosts.
        decoders: Processes that decode at once.
        on_progress: Called with the number of URLs that were settled since the last call.
    """

    def __init__(
        self,
        folder: str,
        options: DownloadOptions,
        web: WebOptions,
        *,
        decoders: int = DECODERS,
        on_progress: OnProgress = lambda count: None,
    ) -> None:
        self._folder = folder
        self._session = Session(options, web, decoders)
        self._on_progress = on_progress
        self._runner = asyncio.Runner()
        self._open: list[asyncio.Task[Rows]] = []
        self._is_closed = False

    def add(self, shard: int, candidates: Sequence[Candidate], around: Round = FIRST_ROUND) -> Rows:
        """Begins a shard, its candidates in uid order; returns the rows of those that ended."""
        return self._run(self._add(shard, candidates, around))

    def finish(self) -> Iterator[PoolRow]:
        """Yields the rows of all that are still under way, as they end."""
        while self._open:
            yield from self._run(self._wait())
        self.close()

    def close(self) -> None:
        """Drops what is still under way; a second time it does nothing."""
        if not self._is_closed:
            self._is_closed = True
            _let_stop(self._runner.get_loop())
            self._runner.run(self._drop())
            self._runner.close()

    def _run(self, step: Coroutine[Any, Any, Rows]) -> Rows:
        try:
            return self._runner.run(step)
        except BaseException:
            self.close()  # no half of a shard stays, whoever stopped us
            raise

    async def _add(self, shard: int, candidates: Sequence[Candidate], around: Round) -> Rows:
        begun = asyncio.Event()
        write = write_shard(
            shard,
            candidates,
            self._session,
            folder=self._folder,
            around=around,
            on_begun=begun.set,
            on_progress=self._on_progress,
        )
        task = asyncio.create_task(write)
        task.add_done_callback(lambda _: begun.set())
        self._open.append(task)
        await begun.wait()
        return await self._wait() if len(self._open) >= MAX_OPEN else self._take_ended()

    async def _wait(self) -> Rows:
        await asyncio.wait(self._open, return_when=asyncio.FIRST_COMPLETED)
        return self._take_ended()

    def _take_ended(self) -> Rows:
        ended = [task for task in self._open if task.done()]
        self._open = [task for task in self._open if task not in ended]
        return [row for task in ended for row in task.result()]

    async def _drop(self) -> None:
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        self._open.clear()
        await self._session.__aexit__(None, None, None)


def _let_stop(loop: asyncio.AbstractEventLoop) -> None:
    """Lets a stop take effect that an interrupted run left in the loop; it would end the next."""
    loop.call_soon(loop.stop)
    loop.run_forever()
