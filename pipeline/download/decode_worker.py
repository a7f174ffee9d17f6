"""The processes that decode: one image at a time each, within limits of time and memory.

Usage: python -m pipeline.download.decode_worker FD, a socket whose other end is `nursery`'s. This
process loads the decoders once and looks at no image; for every socket that it is handed it forks
one that does, which takes a millisecond instead of the 0.4 s of a start.
"""

import gc
import json
import os
import resource
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from functools import cache
from types import TracebackType
from typing import Any

from pipeline.download.channel import BEGAN, ENDED, REPORT, Message, receive, send
from pipeline.download.options import DownloadOptions
from pipeline.download.process import process_image
from pipeline.download.refused import load_refused
from schemas.errors import RecordError, RecordRejected
from schemas.outcomes import Failure

# The largest honest images (25 megapixels, JPEG to AVIF) take 0.3 to 1.1 s here.
MAX_CPU_S = 10
# A picture with its alpha channel, its copy on white and its grey have 12 bytes a pixel.
_BASE_BYTES, _BYTES_PER_PIXEL = 2**30, 24


def main(descriptor: int) -> None:
    """Bears and reports processes, or answers as one of them, until the other side closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the other side's to handle
    _limit(resource.RLIMIT_CORE, 0)
    if channel := _bear_on_demand(socket.socket(fileno=descriptor)):
        sys.excepthook = _telling(channel)
        _serve(channel)


def _bear_on_demand(control: socket.socket) -> socket.socket | None:
    """Returns in a child with its channel; in this process when the other side has closed."""
    gc.freeze()  # what is loaded now stays shared with the children
    woken, waking = socket.socketpair()
    waking.setblocking(False)
    signal.set_wakeup_fd(waking.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    children: set[int] = set()
    while True:
        ready, _, _ = select.select([control, woken], [], [])
        if woken in ready:
            woken.recv(4096)
            _report_ended(control, children)
        if control in ready:
            wish, descriptors, _, _ = socket.recv_fds(control, 1, 1)
            if not wish:
                break
            child = os.fork()
            if not child:
                _forget_parent(control, woken, waking)
                return socket.socket(fileno=descriptors[0])
            os.close(descriptors[0])
            children.add(child)
            control.sendall(REPORT.pack(BEGAN, child, 0))
    for child in children:  # idle, or at work on what nobody waits for
        os.kill(child, signal.SIGKILL)
    return None


def _report_ended(control: socket.socket, children: set[int]) -> None:
    for child in tuple(children):
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            children.discard(child)
            try:
                control.sendall(REPORT.pack(ENDED, child, status))
            except BrokenPipeError:
                return  # nobody listens any more, as the next read will say


def _forget_parent(*sockets: socket.socket) -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for held in sockets:
        held.close()


def _serve(channel: socket.socket) -> None:
    while request := receive(channel):
        used = resource.getrusage(resource.RUSAGE_SELF)
        _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + MAX_CPU_S)
        send(channel, *answer(*request))


def answer(request: dict[str, Any], body: bytes) -> Message:
    """Returns the fields of a `ProcessedImage` and its data, or the record's error."""
    try:
        options = _options(request["options"])
        image = process_image(body, options, load_refused(options.reject_hashes))
    except RecordRejected as error:
        return {"rejected": [error.outcome, error.detail]}, b""
    except RecordError as error:
        return {"failed": [error.outcome, error.detail]}, b""
    except MemoryError:
        return {"failed": [Failure.DECODE, "needs too much memory"]}, b""
    return {"image": image.to_json()}, image.data


@cache
def _options(text: str) -> DownloadOptions:
    options = DownloadOptions(**json.loads(text))
    _limit(resource.RLIMIT_DATA, _BASE_BYTES + _BYTES_PER_PIXEL * options.max_pixels)
    return options


def _limit(what: int, value: int) -> None:
    _, most = resource.getrlimit(what)
    resource.setrlimit(what, (value if most == resource.RLIM_INFINITY else min(value, most), most))


def _telling(
    channel: socket.socket,
) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    """Returns a hook that hands a bug of ours to the other side, where it stops the run."""

    def tell(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
        send(channel, {"bug": "".join(traceback.format_exception(error))}, b"")

    return tell


if __name__ == "__main__":
    main(int(sys.argv[1]))
