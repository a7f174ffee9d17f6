"""Decoders in processes of their own: one that crashes or hangs costs its image, not the shard.

A process decodes one image at a time, so that the guilty one is known (docs/decisions/0010).
"""

import asyncio
import json
import os
import signal
from collections import deque
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from typing import Any

from pipeline.download.channel import Message, pack_head, unpack
from pipeline.download.nursery import Nursery, has_run_away, shared_nursery
from pipeline.download.options import DownloadOptions
from pipeline.download.processed import ProcessedImage
from schemas.errors import RecordFailed, RecordRejected
from schemas.outcomes import Failure, Reject

# The decoder ends itself by its processor time; this is for one that sleeps or starves.
MAX_WALL_S = 120.0
# A crash may be the machine's (memory ran out, somebody killed it): only a second one convicts.
_TRIES = 2


class Decoders:
    """Processes that decode for one event loop.

    Args:
        most: Processes at once. They start when all others are busy and stay for the next image.
        nursery: Bears them; None for that of this process.
        max_wall_s: Of one image.
    """

    def __init__(
        self, most: int, nursery: Nursery | None = None, max_wall_s: float = MAX_WALL_S
    ) -> None:
        self._nursery = nursery or shared_nursery()
        self._max_wall_s = max_wall_s
        self._turns = asyncio.Semaphore(most)
        self._idle: deque[_Decoder] = deque()

    def close(self) -> None:
        """Ends the idle processes."""
        while self._idle:
            self._idle.pop().close()

    async def process(self, body: bytes, options: DownloadOptions) -> ProcessedImage:
        """Does what `process_image` does, and raises what it raises.

        Raises:
            RecordFailed: `decode`, too, if the decoder died twice or did not end.
        """
        head = pack_head({"options": _as_json(options)}, len(body))
        async with self._turns:
            for _ in range(_TRIES):
                decoder = await self._take()
                if message := await self._ask(decoder, head, body):
                    self._idle.append(decoder)
                    return _unpack(*message)
        raise RecordFailed(Failure.DECODE, "the decoder crashed")

    async def _take(self) -> "_Decoder":
        while self._idle:
            decoder = self._idle.pop()
            if not decoder.is_lost:  # somebody may have killed it meanwhile
                return decoder
        channel, pid = await asyncio.to_thread(self._nursery.bear)
        loop = asyncio.get_running_loop()
        _, decoder = await loop.create_connection(lambda: _Decoder(pid), sock=channel)
        return decoder

    async def _ask(self, decoder: "_Decoder", head: bytes, body: bytes) -> Message | None:
        """Returns the answer, or None if the process died.

        Raises:
            RecordFailed: `decode`: it did not end by itself.
        """
        is_whole = False
        try:
            async with asyncio.timeout(self._max_wall_s):
                message = await decoder.ask(head, body)
            is_whole = message is not None
        except TimeoutError as error:
            raise RecordFailed(Failure.DECODE, "the decoder did not end") from error
        finally:
            if not is_whole:  # it sleeps, it died, or nobody waits for it any more
                decoder.kill()
        if message is None:
            status = await asyncio.to_thread(self._nursery.wait, decoder.pid)
            if has_run_away(status):
                raise RecordFailed(Failure.DECODE, "the decoder did not end")
        return message


class _Decoder(asyncio.Protocol):
    """The line to one process."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.is_lost = False
        self._buffer = bytearray()
        self._answer: asyncio.Future[Message | None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    async def ask(self, head: bytes, body: bytes) -> Message | None:
        """Returns the answer, or None if the process died."""
        if self.is_lost:
            return None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(head)
        self._transport.write(body)
        return await self._answer

    def data_received(self, data: bytes) -> None:
        found = None if self._buffer else unpack(data)  # most answers come in one piece
        if found is None:
            self._buffer += data
            found = unpack(self._buffer)
        if found:
            self._buffer.clear()
            self._settle(found)

    def connection_lost(self, error: Exception | None) -> None:
        self.is_lost = True
        self._settle(None)

    def _settle(self, message: Message | None) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_result(message)

    def kill(self) -> None:
        """Ends the process, whatever it does."""
        if not self.is_lost:
            with suppress(ProcessLookupError):  # it ended by itself
                os.kill(self.pid, signal.SIGKILL)
        self.close()

    def close(self) -> None:
        """Closes the line, on which an idle process ends."""
        self._transport.close()


@cache
def _as_json(options: DownloadOptions) -> str:
    return json.dumps(asdict(options))


def _unpack(head: dict[str, Any], data: bytes) -> ProcessedImage:
    if found := head.get("image"):
        return ProcessedImage.from_json(found, data)
    if rejected := head.get("rejected"):
        raise RecordRejected(Reject(rejected[0]), rejected[1])
    if failed := head.get("failed"):
        raise RecordFailed(*failed)
    raise RuntimeError(f"a decoder met a bug:\n{head['bug']}")
