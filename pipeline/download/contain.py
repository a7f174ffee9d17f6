"""Decoders in processes of their own: one that crashes or hangs costs its image, not the shard.

A worker process decodes one image at a time, so that the guilty one is known
(docs/decisions/0010).
"""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from typing import Any

from pipeline.download.channel import Message, receive, send
from pipeline.download.options import DownloadOptions
from pipeline.download.processed import ProcessedImage
from schemas.errors import RecordFailed, RecordRejected
from schemas.outcomes import Failure, Reject

WORKER = (sys.executable, "-m", "pipeline.download.decode_worker")
# The worker ends itself by its processor time; this is for one that sleeps or starves.
MAX_WALL_S = 120.0
# A crash may be the machine's (memory ran out, somebody killed it): only a second one convicts.
_TRIES = 2

SETTINGS = {
    # One image at a time: threads inside the libraries would only spin.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # glibc gives every picture's memory back and gets it again page by page: measured 0.75 ms
    # of 2.9 ms for a photo of 500x400.
    "MALLOC_TRIM_THRESHOLD_": str(128 * 2**20),
    "MALLOC_MMAP_THRESHOLD_": str(32 * 2**20),
}


class Containment:
    """Worker processes, started when all others are busy and kept for the next image.

    Safe to use from many threads; there are as many processes as threads that decoded at once.
    """

    def __init__(self, command: Sequence[str] = WORKER, max_wall_s: float = MAX_WALL_S) -> None:
        self._command = command
        self._max_wall_s = max_wall_s
        self._idle: deque[_Worker] = deque()
        os.register_at_fork(after_in_child=self._idle.clear)

    def process(self, body: bytes, options: DownloadOptions) -> ProcessedImage:
        """Does what `process_image` does, and raises what it raises.

        Raises:
            RecordFailed: `decode`, too, if the decoder died twice or did not end.
        """
        request = {"options": _as_json(options)}
        for _ in range(_TRIES):
            worker = self._take()
            if message := worker.ask(request, body):
                self._idle.append(worker)
                return _unpack(*message)
        raise RecordFailed(Failure.DECODE, "the decoder crashed")

    def close(self) -> None:
        """Ends the idle processes."""
        while self._idle:
            self._idle.pop().end()

    def _take(self) -> "_Worker":
        try:
            return self._idle.pop()
        except IndexError:
            return _Worker(self._command, self._max_wall_s)


class _Worker:
    """One process and the line to it."""

    def __init__(self, command: Sequence[str], max_wall_s: float) -> None:
        self._channel, theirs = socket.socketpair()
        self._channel.settimeout(max_wall_s)
        with theirs:
            self._process = subprocess.Popen(
                [*command, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # codecs talk; what matters comes by the line
                env=os.environ | SETTINGS | {"PYTHONPATH": os.pathsep.join(sys.path)},
            )

    def ask(self, request: dict[str, Any], body: bytes) -> Message | None:
        """Returns the answer, or None if the process died.

        Raises:
            RecordFailed: `decode`: it did not end by itself.
        """
        try:
            send(self._channel, request, body)
            if message := receive(self._channel):
                return message
        except TimeoutError as error:
            self._process.kill()
            self.end()
            raise RecordFailed(Failure.DECODE, "the decoder did not end") from error
        except (BrokenPipeError, ConnectionResetError):
            pass
        if self.end() == -signal.SIGXCPU:
            raise RecordFailed(Failure.DECODE, "the decoder did not end")
        return None

    def end(self) -> int:
        """Closes the line, on which the process ends, and returns its status."""
        self._channel.close()
        return self._process.wait()


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
    raise RuntimeError(f"a decode worker met a bug:\n{head['bug']}")


_shared = Containment()
atexit.register(_shared.close)


def process_contained(body: bytes, options: DownloadOptions) -> ProcessedImage:
    """Does what `process_image` does, in a worker process that all threads of this one share."""
    return _shared.process(body, options)
