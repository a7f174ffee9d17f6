"""img2dataset in a process of its own, with our guard at every connect and every redirect.

Usage: python -m pipeline.download.img2dataset_process JOB.json

It follows redirects by urllib, which dials loopback and metadata addresses for whoever asks. It is
not changed for that: Python announces each connect and each URL that urllib opens to audit hooks,
and a hook that raises stops them (PEP 578). Its workers import this module again, as `spawn` does,
and so get the hook too.
"""

import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any

from pipeline.web.address import AddressGuard
from schemas.errors import RecordRejected
from schemas.outcomes import Reject

REFUSED = "webimagetext refuses"

_INTERNET = (socket.AF_INET, socket.AF_INET6)
_SCHEMES = ("http", "https")


def guard_hook(guard: AddressGuard) -> Callable[[str, tuple[Any, ...]], None]:
    """Returns an audit hook that raises `OSError` where our policy says no."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.connect":
            _check_connect(guard, *arguments)
        elif event == "urllib.Request":
            _check_url(arguments[0])

    return hook


def _check_connect(guard: AddressGuard, connecting: socket.socket, address: object) -> None:
    if connecting.family not in _INTERNET or not isinstance(address, tuple):
        return
    try:
        guard.check(address[0], address[1])
    except RecordRejected as error:
        raise OSError(f"{REFUSED}: {error.outcome}: {error.detail}") from error


def _check_url(url: str) -> None:
    scheme = url.partition(":")[0].lower()
    if scheme not in _SCHEMES:
        raise OSError(f"{REFUSED}: {Reject.SCHEME}: not http or https")


def _end_with_parent() -> None:
    """Kills the process group, workers and logger included, once nobody holds our stdin."""
    while os.read(0, 1):
        pass
    os.killpg(0, signal.SIGKILL)


def main(job: dict[str, Any]) -> None:
    """Runs the job: `arguments` of `img2dataset.download`."""
    Thread(target=_end_with_parent, daemon=True).start()
    import_module("img2dataset").download(**job["arguments"])


if __name__ in ("__main__", "__mp_main__"):  # the second is what `spawn` calls us
    _job: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text())
    sys.addaudithook(guard_hook(AddressGuard(allow=tuple(_job["allow_address"]))))
    if __name__ == "__main__":
        main(_job)
