"""Turns at hosts that all worker processes of a machine share; whoever dies lets go of his.

A process locks a byte for each connection it holds (`fcntl`, so the kernel frees the bytes of a
killed process), and the earliest next start of each host lies in a memory map. Hosts are hashed to
`BUCKETS`; two that meet in one share its turns, which errs on the polite side.
"""

import asyncio
import atexit
import fcntl
import hashlib
import mmap
import os
import struct
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pipeline.web.paid_times import PaidTimes
from pipeline.web.turns_file import open_turns_file, remove_unused_turns_files

BUCKETS = 2**16
MAX_CONNECTIONS = 63  # of one host, over all processes; the last byte of a bucket is its gate
MAX_REST_S = 600.0  # ours: well over the longest Retry-After that is obeyed
POLL_S = 0.01  # locks of other processes cannot be waited for in an event loop
MAX_POLL_S = 0.1

_BYTES_PER_BUCKET = MAX_CONNECTIONS + 1
_TIME = struct.Struct("<d")

# Token buckets (`pipeline.web.rates`): one for each bucket of hosts, and these two.
ALL_REQUESTS, ALL_BYTES = BUCKETS, BUCKETS + 1
NUM_PAID = BUCKETS + 2


class SharedTurns:
    """The turns of one file; get it from `shared_turns`, because locks belong to a process.

    Times are those of the system's monotonic clock, which all processes of a machine share (and
    which asyncio's loop uses).

    Attributes:
        paid: Times of the token buckets.
    """

    def __init__(self, path: str) -> None:
        self._file = open_turns_file(path)
        size = (BUCKETS + NUM_PAID) * _TIME.size
        os.ftruncate(self._file, size)
        self._times = mmap.mmap(self._file, size)
        self.paid = PaidTimes(
            self._times,
            start=BUCKETS * _TIME.size,
            file=self._file,
            lock_byte=BUCKETS * _BYTES_PER_BUCKET,
        )
        # A lock never conflicts within its process: threads are kept apart here.
        self._held: set[int] = set()
        self._lock = threading.Lock()

    @asynccontextmanager
    async def turn(self, host: str, connections: int) -> AsyncIterator[None]:
        """Waits until fewer than `connections` turns at `host` are held anywhere, and holds one."""
        first = bucket_of_host(host) * _BYTES_PER_BUCKET
        places = range(first, first + min(connections, MAX_CONNECTIONS))
        place = await self._wait_for(places)
        try:
            yield
        finally:
            self._release(place)

    async def close_gate(self, host: str) -> None:
        """Waits until no other process is about to send to `host`, and keeps them waiting."""
        await self._wait_for(range(_gate(host), _gate(host) + 1))

    def open_gate(self, host: str) -> None:
        """Lets others send."""
        self._release(_gate(host))

    def next_start(self, host: str) -> float:
        """Returns when the next request to `host` may begin."""
        found: tuple[float] = _TIME.unpack_from(self._times, bucket_of_host(host) * _TIME.size)
        # What lies further ahead was written before a reboot, after which the clock began again.
        return found[0] if found[0] <= time.monotonic() + MAX_REST_S else 0.0

    def rest(self, host: str, until: float) -> None:
        """Lets no request to `host` begin before `until`."""
        if until > self.next_start(host):
            _TIME.pack_into(self._times, bucket_of_host(host) * _TIME.size, until)

    def close(self) -> None:
        """Closes the file and with it all locks; nobody may use the turns any more."""
        self._times.close()
        os.close(self._file)

    async def _wait_for(self, places: range) -> int:
        pause_s = POLL_S
        while (place := self._try(places)) is None:
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, MAX_POLL_S)
        return place

    def _try(self, places: range) -> int | None:
        with self._lock:
            for place in places:
                if place not in self._held and self._lock_byte(place):
                    self._held.add(place)
                    return place
        return None

    def _lock_byte(self, place: int) -> bool:
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
        except (BlockingIOError, PermissionError):  # POSIX allows either for a lock that is held
            return False
        return True

    def _release(self, place: int) -> None:
        with self._lock:
            self._held.discard(place)
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, place)


def bucket_of_host(host: str) -> int:
    """Returns the number that a host shares with few others."""
    return int.from_bytes(hashlib.blake2b(host.encode(), digest_size=4).digest()) % BUCKETS


def _gate(host: str) -> int:
    return (bucket_of_host(host) + 1) * _BYTES_PER_BUCKET - 1


# By path and process: a fork must not use its parent's locks.
_open: dict[tuple[str, int], SharedTurns] = {}
_opening = threading.Lock()


def shared_turns(path: str) -> SharedTurns:
    """Returns the turns that this process shares through the file at `path`."""
    key = (path, os.getpid())
    with _opening:
        if key not in _open:
            _open[key] = SharedTurns(path)
        return _open[key]


def leave_turns() -> None:
    """Lets go of all turns; the last process to do so removes their files.

    For the end of a run: nothing of this process may hold or wait for a turn.
    """
    with _opening:
        for path, process in list(_open):
            turns = _open.pop((path, process))
            if process == os.getpid():
                turns.close()
    remove_unused_turns_files()


atexit.register(leave_turns)
