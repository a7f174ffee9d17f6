"""One request to one address: aiohttp with the guard at every connect, no redirects, no cookies."""

import socket
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import replace
from types import MappingProxyType, SimpleNamespace, TracebackType
from typing import Any, Self

import aiohttp
from yarl import URL

from pipeline.web.address import AddressGuard
from pipeline.web.answer import Answer
from pipeline.web.content_coding import ASKED_FOR, Unpacker
from pipeline.web.failures import AddressRefused, to_record_error
from pipeline.web.resolver import FOUND_TTL_S, Resolver
from pipeline.web.tls import tls_context
from schemas.errors import RecordFailed, RecordRejected
from schemas.outcomes import Failure

# Header lines of big sites are longer than aiohttp's 8190 bytes; Nginx answers with up to 32 KiB.
MAX_HEADER_BYTES = 32 * 1024

# What the guard refused during the request that runs in this context, whichever address came last.
_refused: ContextVar[list[RecordRejected]] = ContextVar("refused")

ReadBody = Callable[[aiohttp.ClientResponse], Awaitable[bytes]]


class _Response(aiohttp.ClientResponse):
    """Remembers the peer: aiohttp gives the connection back as soon as a short body is there."""

    peer = ""

    async def start(self, connection: aiohttp.connector.Connection) -> aiohttp.ClientResponse:
        if connection.transport:
            self.peer = str((connection.transport.get_extra_info("peername") or ("",))[0])
        return await super().start(connection)


class Transport:
    """Sends requests; a context manager that owns the connections.

    Args:
        user_agent: The header.
        guard: Asked at every connect.
        connect_s: Time for a connection, its TLS included.
        keep_alive: Whether a connection serves several requests. Then aiohttp sends a GET again,
            once, if the host had dropped the idle connection; a host that answers without being
            asked can only mix up its own pages, for no other host shares its connections.
        nameservers: See `Resolver`.
        verify_tls: See `tls_context`.
    """

    def __init__(
        self,
        user_agent: str,
        guard: AddressGuard,
        *,
        connect_s: float | None = None,
        keep_alive: bool = False,
        nameservers: tuple[str, ...] = (),
        verify_tls: bool = True,
    ) -> None:
        self._user_agent = user_agent
        self._connect_s = connect_s
        self._guard = guard
        self._keep_alive = keep_alive
        self._nameservers = nameservers
        self._verify_tls = verify_tls
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0,
                force_close=not self._keep_alive,
                socket_factory=self._make_socket,
                resolver=Resolver(self._nameservers),
                ttl_dns_cache=int(FOUND_TTL_S),
                ssl=tls_context(verify=self._verify_tls),
            ),
            response_class=_Response,
            trace_configs=[_trace_sent()],
            # br and zstd are left out: fewer decoders for strangers to feed.
            headers={"User-Agent": self._user_agent, "Accept-Encoding": ASKED_FOR},
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._connect_s),
            trust_env=False,  # a proxy would connect past the guard
            max_field_size=MAX_HEADER_BYTES,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._session
        await self._session.close()

    async def get(
        self,
        url: str,
        accept: str,
        read: ReadBody,
        *,
        headers: Mapping[str, str] = MappingProxyType({}),
        on_sent: Callable[[], None] = lambda: None,
    ) -> Answer:
        """Returns the answer; `read` gets the body of a success.

        Args:
            url: From `schemas.uid.resolve_url`.
            accept: The header.
            read: `read_whole` or `read_start`, with its limit.
            headers: More of them.
            on_sent: Called when the request's head is on its way.

        Raises:
            RecordRejected: `address`.
            RecordFailed: No whole answer; `read` may raise more.
        """
        refused: list[RecordRejected] = []
        _refused.set(refused)
        try:
            return await self._get(url, {"Accept": accept, **headers}, read, on_sent)
        except aiohttp.ClientError as error:
            if refused and isinstance(error, aiohttp.ClientConnectorError):
                raise refused[0] from error
            raise to_record_error(error) from error

    async def _get(
        self, url: str, headers: Mapping[str, str], read: ReadBody, on_sent: Callable[[], None]
    ) -> Answer:
        assert self._session
        request = self._session.get(
            URL(url, encoded=True),
            headers=headers,
            allow_redirects=False,
            trace_request_ctx=on_sent,
        )
        async with request as response:
            assert isinstance(response, _Response)
            answer = Answer(
                status=response.status,
                headers=_decode_headers(response),
                reason=response.reason or "",
                ip=response.peer,
                sent=tuple(response.request_info.headers.items()),
            )
            return replace(answer, body=await read(response)) if answer.is_success else answer

    def _make_socket(self, address: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, (ip, port, *_) = address
        try:
            self._guard.check(ip, port)
        except RecordRejected as error:
            _refused.get().append(error)
            raise AddressRefused from error
        return socket.socket(family, kind, protocol)


def _trace_sent() -> aiohttp.TraceConfig:
    async def tell(_: object, context: SimpleNamespace, __: object) -> None:
        context.trace_request_ctx()

    trace = aiohttp.TraceConfig()
    trace.on_request_headers_sent.append(tell)
    return trace


async def read_whole(response: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    """Returns the decoded body.

    Raises:
        RecordFailed: `too_large`, as soon as it is known, packed or unpacked; `empty`, `truncated`,
            `protocol`.
    """
    if (response.content_length or 0) > max_bytes:
        raise RecordFailed(Failure.TOO_LARGE, f"announces more than {max_bytes} bytes")
    body, is_whole = await _read(response, max_bytes + 1)
    if not is_whole:
        raise RecordFailed(Failure.TOO_LARGE, f"more than {max_bytes} bytes")
    if not body:
        raise RecordFailed(Failure.EMPTY, "no body")
    return body


async def read_start(response: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    """Returns the decoded body, or no more than its first `max_bytes` bytes."""
    return (await _read(response, max_bytes))[0]


async def _read(response: aiohttp.ClientResponse, max_bytes: int) -> tuple[bytes, bool]:
    """Returns the start of the decoded body, and whether it is all, and shorter than the limit.

    The limit counts for packed bytes too: a packed body can be endless and hold nothing.
    """
    body, wire_bytes = bytearray(), 0
    unpacker = Unpacker(",".join(response.headers.getall("Content-Encoding", ())))
    async for chunk in response.content.iter_any():
        body += unpacker.feed(chunk, max_bytes - len(body))
        wire_bytes += len(chunk)
        if max(len(body), wire_bytes) >= max_bytes:
            return bytes(body), False
    unpacker.end()
    return bytes(body), True


def _decode_headers(response: aiohttp.ClientResponse) -> tuple[tuple[str, str], ...]:
    # Latin-1 cannot fail, where UTF-8 would leave surrogates that no table can hold.
    return tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in response.raw_headers)
