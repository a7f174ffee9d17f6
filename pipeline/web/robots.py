"""Whether robots.txt lets us fetch: one fetch an origin, and RFC 9309 for what can go wrong."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from pipeline.web.answer import Answer
from pipeline.web.failures import NoAddress
from pipeline.web.origin_cache import OriginCache
from pipeline.web.retry_after import parse_retry_after
from pipeline.web.robots_rules import RobotsRules, parse_robots
from pipeline.web.site_file import FetchOnce, fetch_site_file
from schemas.errors import RecordError, RecordRejected
from schemas.outcomes import Failure, Reject

TOO_MANY_REQUESTS = 429
UNAVAILABLE = 503

MAX_TRIES = 3  # Nutch's, of a robots.txt that answers 429
# Nutch waits five minutes; whoever waits here holds up a shard, and the third try comes anyway.
MAX_RETRY_S = 30.0
DEFAULT_RETRY_S = 5.0

# The page's own request would end the same way: its outcome says more than `robots`.
_UNREACHABLE = frozenset(
    {Failure.DNS, Failure.CONNECT, Failure.TLS, Failure.DEADLINE, Reject.ADDRESS}
)

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What an origin's robots.txt says; without rules everything is refused, with `error`."""

    rules: RobotsRules | None
    error: RecordError | None = None


class Robots:
    """The robots.txt of every origin that a client meets, each fetched once a day.

    Args:
        fetch: Gets one URL without following redirects; raises `RecordError`.
        product_token: What groups are matched against.
        clock: Seconds, monotonic.
        sleep: Waits before another try.
    """

    def __init__(
        self,
        fetch: FetchOnce,
        product_token: str,
        clock: Callable[[], float] = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._fetch = fetch
        self._product_token = product_token
        self._sleep = sleep
        self._verdicts = OriginCache(self._read, clock)

    async def check(self, url: str) -> None:
        """Returns if `url` may be fetched.

        Raises:
            RecordRejected: `robots`: a rule forbids it, or robots.txt is a server error (5xx, or
                429 at the last try) or leads in circles, which RFC 9309 (2.3.1.4) takes for a
                complete disallow; `address` as the page's own.
            RecordFailed: The origin cannot be reached, or does not answer in time: `dns`,
                `connect`, `tls`, `deadline`. To the RFC that is a complete disallow too.
        """
        verdict = await self._verdicts.get(url)
        if verdict.error:
            if _may_pass(verdict.error):
                self._verdicts.forget(url)  # else whoever tries again would only hear it again
            raise type(verdict.error)(verdict.error.outcome, verdict.error.detail)
        if verdict.rules and not verdict.rules.allows(url):
            raise RecordRejected(Reject.ROBOTS, "disallowed by a rule")

    async def crawl_delay_s(self, url: str) -> float:
        """Returns how far apart requests to the origin of `url` are to be, 0 to 30 seconds."""
        rules = (await self._verdicts.get(url)).rules
        return rules.crawl_delay_s if rules else 0.0

    async def signals(self, url: str) -> tuple[str, ...]:
        """Returns the usage preferences that robots.txt states for `url`, sorted."""
        rules = (await self._verdicts.get(url)).rules
        return rules.signals(url) if rules else ()

    async def sitemaps(self, url: str) -> tuple[str, ...]:
        """Returns the sitemaps that the robots.txt of the origin of `url` names, as written."""
        rules = (await self._verdicts.get(url)).rules
        return rules.sitemaps if rules else ()

    async def close(self) -> None:
        """Ends the fetches that nobody waits for any more."""
        await self._verdicts.close()

    async def _read(self, origin: str) -> _Verdict:
        try:
            answer = await self._fetch_patiently(f"{origin}/robots.txt")
        except RecordError as error:
            if error.outcome in _UNREACHABLE:
                return _Verdict(None, error)
            return _refused(f"robots.txt cannot be read: {error.outcome}")
        return self._judge(answer)

    async def _fetch_patiently(self, url: str) -> Answer:
        """Returns the last answer of a host that asks us to come back later."""
        answer = await fetch_site_file(self._fetch, url)
        for _ in range(MAX_TRIES - 1):
            if not _asks_for_time(answer):
                break
            wait_s = parse_retry_after(answer.header("retry-after"), datetime.now(UTC))
            await self._sleep(min(DEFAULT_RETRY_S if wait_s is None else wait_s, MAX_RETRY_S))
            answer = await fetch_site_file(self._fetch, url)
        return answer

    def _judge(self, answer: Answer) -> _Verdict:
        if answer.is_success:
            return _Verdict(parse_robots(answer.body, self._product_token))
        # To the RFC a 429 is like a 404; its sender wants fewer requests, not all of them.
        if answer.status == TOO_MANY_REQUESTS or answer.status >= 500:
            return _refused(f"robots.txt answers {answer.status}, taken as a disallow for this run")
        return _Verdict(parse_robots(b"", self._product_token))


def _may_pass(error: RecordError) -> bool:
    return error.outcome in (Failure.DNS, Failure.CONNECT) and not isinstance(error, NoAddress)


def _asks_for_time(answer: Answer) -> bool:
    """Whether another try may help: 429, and the 503 of a host that says when it will be back."""
    if answer.status == UNAVAILABLE:
        return answer.header("retry-after") is not None
    return answer.status == TOO_MANY_REQUESTS


def _refused(detail: str) -> _Verdict:
    return _Verdict(None, RecordRejected(Reject.ROBOTS, detail))
