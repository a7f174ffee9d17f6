"""Names to addresses: one c-ares channel for the whole process, and no thread per question.

getaddrinfo holds a thread until a name's last server was silent for long enough, so that dead names
keep good ones waiting (measured: docs/download.md). c-ares keeps what it heard as long as the
answer says, and a name that does not exist for as long as its zone does (RFC 2308).
"""

import asyncio
import atexit
import os
import socket
import threading
from functools import lru_cache

import pycares
from aiohttp.abc import AbstractResolver, ResolveResult

from pipeline.web.failures import NameFailed
from schemas.errors import RunError

TIMEOUT_S = 2.0  # c-ares' default for the first try; it doubles with each further one
TRIES = 2  # 6 s for a server that is silent, well within an image's 15 s
FOUND_TTL_S = 60.0  # that aiohttp keeps addresses without asking; many big sites say 60 to 300 s
# c-ares keeps names without a limit: 1.7 kB each (measured). A new channel starts empty.
MAX_NAMES = 20_000

_ROUTE = ("2000::1", 53)  # in the block of all global addresses (RFC 4291); nothing is sent

# Why there is no address, and whether that is an answer: then asking again would not change it.
_WHY: dict[int, tuple[str, bool]] = {
    pycares.errno.ARES_ENOTFOUND: ("the name does not exist (NXDOMAIN)", True),
    pycares.errno.ARES_ENODATA: ("the name has no address (NODATA)", True),
    pycares.errno.ARES_EBADNAME: ("no host name", True),
    pycares.errno.ARES_ESERVFAIL: ("the resolver failed (SERVFAIL)", False),
    pycares.errno.ARES_EREFUSED: ("the resolver refused the question (REFUSED)", False),
    pycares.errno.ARES_ETIMEOUT: ("no resolver answered in time", False),
    pycares.errno.ARES_ECONNREFUSED: ("no resolver can be reached", False),
}
_UNREADABLE = ("the resolver's answer cannot be read", False)

_channels: dict[tuple[int, tuple[str, ...]], tuple[pycares.Channel, int]] = {}
_lock = threading.Lock()


class Resolver(AbstractResolver):
    """Asks the servers of /etc/resolv.conf, after /etc/hosts; names are taken as they stand.

    The domains that a `search` line would add are left out: the host of a URL is a whole name, and
    each dead one would be asked for once more a domain.

    Args:
        nameservers: `IP` or `IP:PORT` of other servers.
    """

    def __init__(self, nameservers: tuple[str, ...] = ()) -> None:
        self._nameservers = nameservers

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Returns the addresses of `host`; raises `NameFailed`."""
        name = host.removesuffix(".")  # c-ares knows `localhost` by this spelling alone
        if not name:
            raise NameFailed(*_WHY[pycares.errno.ARES_EBADNAME])
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[pycares.AddrInfoResult] = loop.create_future()

        def tell(result: pycares.AddrInfoResult | None, status: int | None) -> None:
            try:
                loop.call_soon_threadsafe(_settle, answer, result, status)
            except RuntimeError:
                return  # the loop is closed: nobody waits any more

        _channel(self._nameservers).getaddrinfo(
            name, port, family=family or _family(), type=socket.SOCK_STREAM, callback=tell
        )
        return [_to_result(host, port, node) for node in (await answer).nodes]

    async def close(self) -> None:
        """Does nothing: the channel is the process's."""


def _settle(
    answer: "asyncio.Future[pycares.AddrInfoResult]",
    result: pycares.AddrInfoResult | None,
    status: int | None,
) -> None:
    if answer.done():
        return  # whoever asked gave up
    if result is not None and result.nodes:
        answer.set_result(result)
    else:
        status = pycares.errno.ARES_ENODATA if status is None else status
        answer.set_exception(NameFailed(*_WHY.get(status, _UNREADABLE)))


def _to_result(host: str, port: int, node: pycares.AddrInfoNode) -> ResolveResult:
    return ResolveResult(
        hostname=host,
        host=node.addr[0].decode("ascii"),
        port=port,
        family=node.family,
        proto=0,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )


def _channel(nameservers: tuple[str, ...]) -> pycares.Channel:
    """Returns the channel of this process; a forked one has no thread that would answer."""
    key = (os.getpid(), nameservers)
    with _lock:
        channel, left = _channels.get(key, (None, 0))
        if channel is None or left == 0:
            channel, left = _open(nameservers), MAX_NAMES
        _channels[key] = channel, left - 1
        return channel


def _open(nameservers: tuple[str, ...]) -> pycares.Channel:
    try:
        return pycares.Channel(
            flags=pycares.ARES_FLAG_NOSEARCH | pycares.ARES_FLAG_EDNS,
            servers=nameservers or None,
            timeout=TIMEOUT_S,
            tries=TRIES,
        )
    except pycares.AresError as error:
        raise RunError("c-ares does not start: are there files left to open?") from error


@lru_cache(maxsize=1)
def _family() -> socket.AddressFamily:
    """Returns IPv4 alone where no way leads to an IPv6 address: the second question is spared."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.connect(_ROUTE)
    except OSError:
        return socket.AF_INET
    return socket.AF_UNSPEC


@atexit.register
def _cancel_all() -> None:
    """Ends what is still asked, so that no answer comes into an interpreter that is going."""
    for (pid, _), (channel, _) in _channels.items():
        if pid == os.getpid():
            channel.cancel()
