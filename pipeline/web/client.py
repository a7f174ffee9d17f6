"""HTTP as crawl and download speak it: polite, guarded, and bounded in time and bytes."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from functools import partial
from types import MappingProxyType, TracebackType
from typing import Self

import ada_url
import aiohttp

from pipeline.web.address import AddressGuard
from pipeline.web.answer import MAX_REDIRECTS, Answer
from pipeline.web.backoff import BUSY, HostBusy
from pipeline.web.options import WebOptions
from pipeline.web.pace import Pace
from pipeline.web.rates import Rates
from pipeline.web.retry_after import parse_retry_after
from pipeline.web.robots import Robots
from pipeline.web.robots_rules import MAX_BYTES as MAX_ROBOTS_BYTES
from pipeline.web.shared_turns import SharedTurns, shared_turns
from pipeline.web.site_signals import SiteSignals
from pipeline.web.transport import ReadBody, Transport, read_start, read_whole
from pipeline.web.validators import NOT_MODIFIED, Conditions
from schemas.errors import RecordError, RecordFailed
from schemas.outcomes import Failure, http_failure
from schemas.uid import clean_text, resolve_url

ROBOTS_DEADLINE_S = 10.0  # browsertrix-crawler's; for the other files of a site likewise

MAX_SHOWN_CHARS = 200  # of each URL of a chain of redirects: the host and enough of the path

ACCEPT_ROBOTS = "text/plain, */*;q=0.5"
ACCEPT_SITE_FILE = "text/plain, application/json, */*;q=0.5"
# One byte more than the limit tells the parser that something was cut.
_read_robots = partial(read_start, max_bytes=MAX_ROBOTS_BYTES + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A page or image that came whole, with a 2xx status unless its getter says otherwise.

    Attributes:
        body: Content and transfer encodings are undone.
        final_url: After redirects, from `schemas.uid.resolve_url`.
        headers: In their order, repeated ones repeated.
        fetched_at: UTC.
        site_signals: What the files of the origin of `final_url` say about it, sorted: robots.txt,
            and with `WebOptions.site_files` those of `pipeline.web.site_signals`.
        reason: The words behind the status.
        ip: Where the connection went.
        sent: Our own request's headers.
    """

    body: bytes
    status: int
    final_url: str
    headers: tuple[tuple[str, str], ...]
    fetched_at: datetime
    site_signals: tuple[str, ...] = ()
    reason: str = ""
    ip: str = ""
    sent: tuple[tuple[str, str], ...] = ()

    def header(self, name: str) -> str | None:
        """Returns the first value of the header `name` (lower case)."""
        return next((value for key, value in self.headers if key.lower() == name), None)


class WebClient:
    """Fetches URLs; an async context manager for one shard or one crawl.

    Each URL is tried once: whether a second try is worth it is for the caller to say.

    Args:
        options: How it behaves.
        keep_alive: See `Transport`. Many pages of one host take a quarter less CPU (measured).

    Attributes:
        options: How it behaves.
    """

    def __init__(self, options: WebOptions, *, keep_alive: bool = False) -> None:
        self.options = options
        guard = AddressGuard(options.allow_address)
        self._transport = Transport(
            options.user_agent,
            guard,
            connect_s=options.connect_s,
            keep_alive=keep_alive,
            nameservers=options.nameservers,
            verify_tls=options.verify_tls,
        )
        shared = shared_turns(options.turns) if options.turns else None
        self._rates = _rates(options, shared)
        self._pace = Pace(
            connections=options.host_connections,
            interval_s=options.host_interval_s,
            shared=shared,
            rates=self._rates,
        )
        self._robots = Robots(self._get_robots, options.product_token)
        self._site_signals = SiteSignals(self._get_site_file, options.product_token)

    async def __aenter__(self) -> Self:
        await self._transport.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._site_signals.close()
        await self._robots.close()
        await self._transport.__aexit__(kind, error, traceback)

    async def fetch(
        self,
        url: str,
        *,
        deadline_s: float,
        max_bytes: int,
        accept: str,
        media_types: Collection[str] = (),
        conditions: Conditions | None = None,
    ) -> Fetched:
        """Returns what is at `url`, after at most `MAX_REDIRECTS` redirects.

        Args:
            url: Absolute; normalised here.
            deadline_s: Total time of all hops, from their first byte sent to their last read. It
                does not run while the request waits for its turn at a host or for robots.txt,
                which has its own deadline.
            max_bytes: Of the decoded body, inclusive.
            accept: The header.
            media_types: Of HTML; the body of another type is not read. Empty takes every type.
            conditions: Of an earlier answer: the status is 304 and there is no body where that
                still holds.

        Raises:
            RecordRejected: `robots`, `address`, and `url`, `scheme` of each hop.
            RecordFailed: A class of the network (`schemas.outcomes.Failure`), `page_not_html`, or
                `http_NNN` for a status that is neither 2xx nor a redirect with a target
                (`HostBusy` if another try may succeed).
        """
        read = partial(_read_typed, max_bytes=max_bytes, media_types=media_types)
        chain = [resolve_url(url)]
        try:
            return await self._follow(chain, deadline_s, accept, read, conditions)
        except RecordError as error:
            if len(chain) > 1:
                error.detail = f"{error.detail} after {_show(chain)}".lstrip()
            raise

    async def _follow(
        self,
        chain: list[str],
        left_s: float,
        accept: str,
        read: ReadBody,
        conditions: Conditions | None,
    ) -> Fetched:
        """Returns what is at the end of the redirects; `chain` grows by each, as it is written."""
        url = chain[0]
        for _ in range(MAX_REDIRECTS + 1):
            headers = conditions.headers(url) if conditions else {}
            answer, took_s = await self._hop(url, left_s, accept, read, headers)
            if answer.is_success or (headers and answer.status == NOT_MODIFIED):
                return _to_fetched(answer, url, await self._signals(url))
            if answer.location is None:
                raise _status_failure(answer)
            chain.append(answer.location)
            url, left_s = resolve_url(answer.location, url), left_s - took_s
        raise RecordFailed(Failure.REDIRECTS, f"more than {MAX_REDIRECTS}")

    async def fetch_once(
        self,
        url: str,
        *,
        deadline_s: float,
        max_bytes: int,
        accept: str,
        media_types: Collection[str] = (),
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Fetched:
        """Returns the answer at `url` itself, of whatever status; only a success has a body.

        Args and errors are those of `fetch`, but that no redirect is followed.
        """
        read = partial(_read_typed, max_bytes=max_bytes, media_types=media_types)
        url = resolve_url(url)
        answer, _ = await self._hop(url, deadline_s, accept, read, headers)
        return _to_fetched(answer, url, await self._signals(url) if answer.is_success else ())

    async def reach(self, url: str) -> None:
        """Returns when robots.txt is there and lets us fetch `url`, which is not asked for yet.

        Raises:
            RecordRejected: `url`, `scheme`, `robots`; `address` of the site's robots.txt.
            RecordFailed: The origin cannot be reached.
        """
        url = resolve_url(url)
        if self.options.robots:
            await self._robots.check(url)

    async def permit(self, url: str) -> tuple[str, ...]:
        """Returns what the site's files say about `url`, as `Fetched.site_signals`.

        It is for whoever fetches by other means: `url` itself is not asked for.

        Raises:
            RecordRejected: `url`, `scheme`, `robots`; `address` of the site's robots.txt.
            RecordFailed: The origin cannot be reached.
        """
        await self.reach(url)
        return await self._signals(resolve_url(url))

    async def sitemaps(self, url: str) -> tuple[str, ...]:
        """Returns the sitemaps that the robots.txt of the origin of `url` names, as written."""
        return await self._robots.sitemaps(url) if self.options.robots else ()

    def hold(self, url: str, seconds: float) -> None:
        """Lets no request to the host of `url` begin for so long."""
        self._pace.hold(ada_url.URL(url).host, seconds)

    async def _hop(
        self,
        url: str,
        left_s: float,
        accept: str,
        read: ReadBody,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> tuple[Answer, float]:
        """Returns the answer at `url`, and the seconds that it took."""
        crawl_delay_s = 0.0
        if self.options.robots:
            await self._robots.check(url)
            crawl_delay_s = await self._robots.crawl_delay_s(url)
        return await self._get(url, left_s, accept, read, interval_s=crawl_delay_s, headers=headers)

    async def _get(
        self,
        url: str,
        left_s: float,
        accept: str,
        read: ReadBody,
        *,
        interval_s: float = 0.0,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> tuple[Answer, float]:
        loop = asyncio.get_running_loop()
        async with self._pace.turn(ada_url.URL(url).host, interval_s) as on_sent:
            start = loop.time()
            try:
                async with asyncio.timeout(left_s):
                    answer = await self._transport.get(
                        url, accept, read, headers=headers, on_sent=on_sent
                    )
            except TimeoutError as error:
                raise RecordFailed(Failure.DEADLINE, "no whole answer in time") from error
            if self._rates:
                self._rates.spend(len(answer.body))
            return answer, loop.time() - start

    async def _get_robots(self, url: str) -> Answer:
        answer, _ = await self._get(url, ROBOTS_DEADLINE_S, ACCEPT_ROBOTS, _read_robots)
        return answer

    async def _get_site_file(self, url: str) -> Answer:
        answer, _ = await self._hop(url, ROBOTS_DEADLINE_S, ACCEPT_SITE_FILE, _read_robots)
        return answer

    async def _signals(self, url: str) -> tuple[str, ...]:
        of_robots = await self._robots.signals(url) if self.options.robots else ()
        of_files = await self._site_signals.signals(url) if self.options.site_files else ()
        return tuple(sorted({*of_robots, *of_files}))


def _rates(options: WebOptions, shared: SharedTurns | None) -> Rates | None:
    limits = {
        "host_rate": options.host_rate,
        "rate": options.rate,
        "bytes_per_s": options.bytes_per_s,
    }
    return Rates(**limits, shared=shared) if any(limits.values()) else None


def _show(chain: list[str]) -> str:
    return " -> ".join(clean_text(url)[:MAX_SHOWN_CHARS] for url in chain)


def _status_failure(answer: Answer) -> RecordFailed:
    if answer.status not in BUSY:
        return RecordFailed(http_failure(answer.status))
    asked_s = parse_retry_after(answer.header("retry-after"), datetime.now(UTC))
    return HostBusy(answer.status, asked_s)


def _to_fetched(answer: Answer, url: str, site_signals: tuple[str, ...]) -> Fetched:
    return Fetched(
        body=answer.body,
        status=answer.status,
        final_url=url,
        headers=answer.headers,
        fetched_at=datetime.now(UTC),
        site_signals=site_signals,
        reason=answer.reason,
        ip=answer.ip,
        sent=answer.sent,
    )


async def _read_typed(
    response: aiohttp.ClientResponse, max_bytes: int, media_types: Collection[str]
) -> bytes:
    if media_types and response.headers.get("Content-Type"):
        found = media_type(response.headers["Content-Type"])[0]
        if found not in media_types:
            raise RecordFailed(Failure.PAGE_NOT_HTML, f"served as {found}")
    return await read_whole(response, max_bytes)


def media_type(content_type: str) -> tuple[str, str | None]:
    """Returns the media type of a Content-Type header and its charset, both in lower case.

    What cannot be read counts as `text/plain` (RFC 2045, 5.2).
    """
    message = Message()
    message["content-type"] = content_type
    return message.get_content_type(), message.get_content_charset()
