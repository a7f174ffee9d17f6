"""The crawl of one site: its queue in order, a window of visits in flight, results by turns.

Visits end in any order, but what they mean for the queue is settled in the queue's own order: the
same site gives the same pages however fast its answers come.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pipeline.crawl.seeds.admission import Admission
from pipeline.crawl.seeds.earlier import EarlierCrawl, EarlierPage
from pipeline.crawl.seeds.entries import Entry, Kind, Result, What
from pipeline.crawl.seeds.frontier import Frontier
from pipeline.crawl.seeds.page_store import PageStore, Stored
from pipeline.crawl.seeds.scope import LeftOut, host_of, seen_key
from pipeline.crawl.seeds.seed_options import SeedOptions
from pipeline.crawl.seeds.sitemap import read_sitemap
from pipeline.crawl.seeds.visit import Visit, Visitor
from pipeline.web.answer import MAX_REDIRECTS
from pipeline.web.client import Fetched
from schemas.errors import RecordError, RecordFailed
from schemas.outcomes import Failure, http_failure
from schemas.uid import resolve_url

MAX_WINDOW = 64
MAX_HELD_BYTES = 256 * 2**20  # of answers that wait for their turn, in all sites together
_CHUNK = 64
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(slots=True)
class Held:
    """Bytes of the answers that wait, shared by all sites of a crawler."""

    bytes: int = 0


@dataclass(kw_only=True)
class SiteCrawl:
    """One site's queue.

    Attributes:
        connections: Of one host.
        on_page: Called for each page that was settled.
    """

    site: str
    frontier: Frontier
    admission: Admission
    store: PageStore
    visitor: Visitor
    options: SeedOptions
    earlier: EarlierCrawl | None
    held: Held
    connections: int
    on_page: Callable[[], None]
    _ahead: deque[Entry] = field(default_factory=deque)
    _window: deque["_Flight"] = field(default_factory=deque)
    _last_id: int = 0

    async def run(self) -> None:
        """Crawls until nothing waits."""
        try:
            while self._fill():
                flight = self._window.popleft()
                visit = await flight.task if flight.task else None
                if visit:
                    self.held.bytes -= _size(visit)
                self._settle(flight, visit)
        finally:
            for flight in self._window:
                if flight.task:
                    flight.task.cancel()
        self.frontier.finish_site(self.site)

    def _fill(self) -> bool:
        """Starts visits up to the window's width; returns whether one is under way."""
        width = min(MAX_WINDOW, 2 * self.connections * max(1, self.admission.num_hosts))
        while len(self._window) < width and (entry := self._next()):
            if self._window and self.held.bytes > MAX_HELD_BYTES:
                self._ahead.appendleft(entry)
                break
            self._window.append(self._start(entry))
        return bool(self._window)

    def _next(self) -> Entry | None:
        if not self._ahead:
            found = self.frontier.waiting(self.site, self._last_id, _CHUNK)
            self._ahead.extend(found)
            if found:
                self._last_id = found[-1].id
        return self._ahead.popleft() if self._ahead else None

    def _start(self, entry: Entry) -> "_Flight":
        if self.admission.stopped(entry):
            return _Flight(entry)
        earlier = None
        if self.earlier and entry.kind is Kind.PAGE:
            earlier = self.earlier.page(entry.url)
        conditions = earlier.conditions if earlier else {}
        return _Flight(entry, asyncio.create_task(self._visit(entry, conditions)), earlier)

    async def _visit(self, entry: Entry, conditions: Mapping[str, str]) -> Visit:
        visit = await self.visitor(entry, conditions)
        self.held.bytes += _size(visit)
        return visit

    def _settle(self, flight: "_Flight", visit: Visit | None) -> None:
        """Takes a result; what stopped meanwhile is left out, whether it was fetched or not."""
        entry = flight.entry
        why = self.admission.stopped(entry)
        if why or visit is None:
            self._leave(entry, why or LeftOut.HOST_FAILS)
            return
        self.admission.note(entry, is_host_failure=visit.is_host_failure)
        try:
            if isinstance(visit.answer, RecordError):
                raise visit.answer
            self._take(flight, visit.answer, visit.sitemaps)
        except RecordError as error:
            self._drop(entry, error)
        if entry.kind is Kind.PAGE:
            self.on_page()

    def _take(self, flight: "_Flight", answer: Fetched, sitemaps: tuple[str, ...]) -> None:
        location = answer.header("location") if answer.status in _REDIRECTS else None
        if location is not None:
            self._redirect(flight.entry, answer, resolve_url(location, answer.final_url))
        elif flight.entry.kind is Kind.SITEMAP:
            self._sitemap(flight.entry, answer)
        elif flight.earlier and answer.status == 304:
            self._page(flight.entry, self.store.store_again(answer, flight.earlier))
        elif answer.status == 200:
            self._page(flight.entry, self.store.store(answer))
        else:
            raise RecordFailed(http_failure(answer.status))
        if flight.entry.depth == 0 and self.options.sitemaps and location is None:
            self._offer_sitemaps(answer.final_url, sitemaps)

    def _page(self, entry: Entry, stored: Stored) -> None:
        self.frontier.settle(entry, stored.result)
        if stored.result.what in (What.SAME_PAYLOAD, What.COPY):
            self.admission.note_repeat(entry.url)
        if stored.canonical:
            self.admission.offer(stored.canonical, entry.depth)
        for link in stored.links:
            self.admission.offer(link, entry.depth + 1)

    def _redirect(self, entry: Entry, answer: Fetched, target: str) -> None:
        is_in = self.admission.covers(target) or (entry.depth == 0 and self.admission.adopt(target))
        if not is_in:
            raise RecordFailed(Failure.REDIRECTS, f"leads to another host, {host_of(target)}")
        if entry.hops >= MAX_REDIRECTS:
            raise RecordFailed(Failure.REDIRECTS, f"more than {MAX_REDIRECTS}")
        if self._leads_back(entry, target):
            raise RecordFailed(Failure.REDIRECTS, "leads back to itself")
        self.store.store_redirect(answer)
        if seen_key(target) == seen_key(entry.url):
            # Only the session differs: the target takes the place of the URL.
            self.admission.put_back(target, entry)
            return
        self.frontier.settle(entry, Result(what=What.REDIRECT, target=target))
        self.admission.offer_target(target, entry)

    def _leads_back(self, entry: Entry, target: str) -> bool:
        """Whether redirects that were settled before lead from `target` to this URL."""
        for _ in range(MAX_REDIRECTS + 1):
            if target == entry.url:
                return True
            result = self.frontier.result(target)
            if result is None or result.what is not What.REDIRECT or not result.target:
                return False
            target = result.target
        return False

    def _sitemap(self, entry: Entry, answer: Fetched) -> None:
        if not answer.body:
            raise RecordFailed(http_failure(answer.status))
        found = read_sitemap(answer.body)
        self.frontier.settle(entry, Result(what=What.SITEMAP))
        for url in found.sitemaps:
            self._offer(url, entry, is_sitemap=True)
        for url in found.pages:
            self._offer(url, entry, is_sitemap=False)

    def _offer(self, written: str, entry: Entry, *, is_sitemap: bool) -> None:
        try:
            url = resolve_url(written, entry.url)
        except RecordError:
            return  # no URL that anybody could fetch
        if is_sitemap:
            self.admission.offer_sitemap(url)
        else:
            self.admission.offer(url, entry.depth)

    def _offer_sitemaps(self, page_url: str, named: tuple[str, ...]) -> None:
        for written in named or ("/sitemap.xml",):
            try:
                self.admission.offer_sitemap(resolve_url(written, page_url))
            except RecordError:
                continue  # a robots.txt that names no URL

    def _leave(self, entry: Entry, why: LeftOut) -> None:
        if entry.kind is Kind.SITEMAP:
            self.frontier.settle(entry, Result(what=What.NO_SITEMAP, detail=f"not read: {why}"))
        else:
            self.frontier.leave_entry(entry, why)

    def _drop(self, entry: Entry, error: RecordError) -> None:
        """Notes what has no page; a sitemap that is not there is nobody's loss."""
        if entry.kind is Kind.SITEMAP:
            result = Result(what=What.NO_SITEMAP, detail=f"{error.outcome} {error.detail}".strip())
        else:
            result = Result(what=What.DROPPED, outcome=error.outcome, detail=error.detail)
        self.frontier.settle(entry, result)


@dataclass(slots=True)
class _Flight:
    """An entry in the window, with its visit unless it was stopped before."""

    entry: Entry
    task: "asyncio.Task[Visit] | None" = None
    earlier: EarlierPage | None = None


def _size(visit: Visit) -> int:
    return len(visit.answer.body) if isinstance(visit.answer, Fetched) else 0
