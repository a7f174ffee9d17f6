"""Where decoders come from: a process that has loaded them is forked for each that is wanted.

A process that holds an event loop and threads must not be forked itself, and one that starts anew
needs 0.4 s and 86 MB where a fork needs a millisecond and what it writes to.
"""

import atexit
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from functools import cache

from pipeline.download.channel import BEGAN, ENDED, REPORT

WORKER = (sys.executable, "-m", "pipeline.download.decode_worker")
MAX_START_S = 120.0  # on a busy machine; 0.4 s as a rule

SETTINGS = {
    # One image at a time: threads inside the libraries would only spin, and must not be forked.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # glibc gives every picture's memory back and gets it again page by page: measured 0.75 ms
    # of 2.9 ms for a photo of 500x400.
    "MALLOC_TRIM_THRESHOLD_": str(128 * 2**20),
    "MALLOC_MMAP_THRESHOLD_": str(32 * 2**20),
}


class Nursery:
    """One process that bears others; started when it is first needed, and anew if it died.

    Safe to use from many threads.
    """

    def __init__(self, command: Sequence[str] = WORKER) -> None:
        self._command = command
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._ended: dict[int, int] = {}

    def start(self) -> None:
        """Starts the process, if it does not run; does not wait until it is ready."""
        with self._lock:
            self._start()

    def bear(self) -> tuple[socket.socket, int]:
        """Returns the line to a new process, and its number."""
        ours, theirs = socket.socketpair()
        with self._lock, theirs:
            pid = self._ask_for(theirs)
            if pid is None:  # somebody killed the one that bears
                self._end()
                pid = self._ask_for(theirs)
        if pid is None:
            raise RuntimeError(f"{self._command[-1]} does not start")
        return ours, pid

    def wait(self, pid: int) -> int:
        """Returns the exit code of a process that ended, as `subprocess` has it; 0 if unknown."""
        with self._lock:
            while pid not in self._ended and self._read_report():
                pass
            return os.waitstatus_to_exitcode(self._ended.pop(pid, 0))

    def close(self) -> None:
        """Ends the process and all that it bore."""
        with self._lock:
            self._end()

    def _start(self) -> socket.socket:
        if self._control is None:
            self._control, theirs = socket.socketpair()
            self._control.settimeout(MAX_START_S)
            with theirs:
                self._process = subprocess.Popen(
                    [*self._command, str(theirs.fileno())],
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,  # codecs talk; what matters comes by the line
                    env=os.environ | SETTINGS | {"PYTHONPATH": os.pathsep.join(sys.path)},
                )
        return self._control

    def _ask_for(self, theirs: socket.socket) -> int | None:
        try:
            socket.send_fds(self._start(), [b"+"], [theirs.fileno()])
        except BrokenPipeError:
            return None
        while report := self._read_report():
            kind, pid = report
            if kind == BEGAN:
                self._ended.pop(pid, None)  # an earlier process of that number
                return pid
        return None

    def _read_report(self) -> tuple[bytes, int] | None:
        """Returns kind and process of the next report, or None if there will be none."""
        try:
            found = self._control.recv(REPORT.size) if self._control else b""
        except ConnectionResetError:
            found = b""
        if not found:
            return None
        kind, pid, status = REPORT.unpack(found)  # written at once, so never in parts
        if kind == ENDED:
            self._ended[pid] = status
        return kind, pid

    def _end(self) -> None:
        if self._control and self._process:
            self._control.close()
            self._process.wait()
        self._control = self._process = None


def has_run_away(exit_code: int) -> bool:
    """Whether a process was ended because it had used up its processor time."""
    return exit_code == -signal.SIGXCPU


@cache
def _of_process(process: int) -> Nursery:
    del process  # a fork must not use its parent's lines
    nursery = Nursery()
    atexit.register(nursery.close)
    return nursery


def shared_nursery() -> Nursery:
    """Returns the nursery of this process."""
    return _of_process(os.getpid())
