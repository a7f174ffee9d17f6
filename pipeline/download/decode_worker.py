"""The process that decodes: one image at a time, within limits of time and memory.

Usage: python -m pipeline.download.decode_worker FD, a socket whose other end is `contain`'s.
"""

import json
import resource
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from functools import cache
from types import TracebackType
from typing import Any

from pipeline.download.channel import Message, receive, send
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
    """Answers requests until the other side closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the other side's to handle
    _limit(resource.RLIMIT_CORE, 0)
    channel = socket.socket(fileno=descriptor)  # the end of the process closes it, after the hook
    sys.excepthook = _telling(channel)
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
