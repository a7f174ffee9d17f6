"""Whether robots.txt lets us fetch: one fetch an origin, and RFC 9309 for what can go wrong."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from pipeline.web.answer import MAX_REDIRECTS, Answer
from pipeline.web.robots_rules import RobotsRules, parse_robots
from schemas.errors import RecordError, RecordRejected
from schemas.outcomes import Failure, Reject
from schemas.uid import resolve_url

MAX_AGE_S = 24 * 3600.0  # RFC 9309, 2.4
TOO_MANY_REQUESTS = 429

# The page's own request would end the same way: its outcome says more than `robots`.
_UNREACHABLE = frozenset({Failure.DNS, Failure.CONNECT, Failure.TLS, Reject.ADDRESS})

FetchRobots = Callable[[str], Awaitable[Answer]]


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
    """

    def __init__(
        self, fetch: FetchRobots, product_token: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._fetch = fetch
        self._product_token = product_token
        self._clock = clock
        self._verdicts: dict[str, tuple[float, asyncio.Task[_Verdict]]] = {}

    async def check(self, url: str) -> None:
        """Returns if `url` may be fetched.

        Raises:
            RecordRejected: `robots`: a rule forbids it, or robots.txt is a server error (5xx,
                429), does not come in time or leads in circles, which RFC 9309 (2.3.1.4) takes
                for a complete disallow; `address` as the page's own.
            RecordFailed: The origin cannot be reached: `dns`, `connect`, `tls`.
        """
        verdict = await self._verdict(url)
        if verdict.error:
            raise type(verdict.error)(verdict.error.outcome, verdict.error.detail)
        if verdict.rules and not verdict.rules.allows(url):
            raise RecordRejected(Reject.ROBOTS, "disallowed by a rule")

    async def crawl_delay_s(self, url: str) -> float:
        """Returns how far apart requests to the origin of `url` are to be, 0 to 30 seconds."""
        verdict = await self._verdict(url)
        return verdict.rules.crawl_delay_s if verdict.rules else 0.0

    async def sitemaps(self, url: str) -> tuple[str, ...]:
        """Returns the sitemaps that the origin of `url` names."""
        verdict = await self._verdict(url)
        return verdict.rules.sitemaps if verdict.rules else ()

    async def close(self) -> None:
        """Ends the fetches that nobody waits for any more."""
        tasks = [task for _, task in self._verdicts.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _verdict(self, url: str) -> _Verdict:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        fetched_at, task = self._verdicts.get(origin, (0.0, None))
        if task is None or self._clock() - fetched_at > MAX_AGE_S:
            task = asyncio.create_task(self._read(f"{origin}/robots.txt"))
            self._verdicts[origin] = (self._clock(), task)
        # Others wait for the same fetch: whoever gives up must not take it along.
        return await asyncio.shield(task)

    async def _read(self, url: str) -> _Verdict:
        is_first_hop = True
        try:
            for _ in range(MAX_REDIRECTS + 1):
                answer = await self._fetch(url)
                if answer.location is None:
                    return self._judge(answer)
                url = resolve_url(answer.location, url)
                is_first_hop = False
        except RecordError as error:
            if is_first_hop and error.outcome in _UNREACHABLE:
                return _Verdict(None, error)
            return _refused(f"robots.txt cannot be read: {error.outcome}")
        return _refused(f"robots.txt is more than {MAX_REDIRECTS} redirects away")

    def _judge(self, answer: Answer) -> _Verdict:
        if answer.is_success:
            return _Verdict(parse_robots(answer.body, self._product_token))
        # To the RFC a 429 is like a 404; its sender wants fewer requests, not all of them.
        if answer.status == TOO_MANY_REQUESTS or answer.status >= 500:
            return _refused(f"robots.txt answers {answer.status}, taken as a disallow for this run")
        return _Verdict(parse_robots(b"", self._product_token))


def _refused(detail: str) -> _Verdict:
    return _Verdict(None, RecordRejected(Reject.ROBOTS, detail))
