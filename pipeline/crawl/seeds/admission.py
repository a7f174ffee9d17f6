"""Which of the URLs that a site's pages name are let into its queue.

The decision falls when the page that names a URL is settled. Pages are settled in the order of the
queue, so what is fetched under a budget does not depend on which answer came first.
"""

from collections import Counter

from pipeline.crawl.seeds.entries import Entry, HostState, Kind, Standing
from pipeline.crawl.seeds.frontier import Frontier
from pipeline.crawl.seeds.scope import LeftOut, UrlRules, host_of, shape_of, site_of_host
from pipeline.crawl.seeds.seed_options import Scope, SeedOptions
from pipeline.crawl.seeds.seeds import Site

MAX_FAILURES = 5  # URLs in a row, each tried `tries` times; Nutch gives a queue up after so many
MAX_REPEATS = 20  # our own choice: so many URLs of one shape with nothing new are a trap
MAX_SITEMAPS = 100  # of one site; our own choice: 5 million URLs by the protocol
MAX_KNOWN = 100_000  # URLs that need no look at the disk; about 10 MB

# What a redirect may still lead to: the URL that redirects has paid for both.
_OPEN_TO_REDIRECTS = frozenset({Standing.NEW, LeftOut.DEPTH, LeftOut.PAGES})


class Admission:
    """The gate of one site's queue."""

    def __init__(self, site: Site, frontier: Frontier, options: SeedOptions) -> None:
        self._site = site
        self._frontier = frontier
        self._options = options
        self._rules = UrlRules(include=options.include, exclude=options.exclude)
        self._hosts = {state.host: state for state in frontier.hosts(site.name)}
        self._repeats = Counter(map(shape_of, frontier.repeated(site.name)))
        self._sitemaps = frontier.num_sitemaps(site.name)
        self._known: set[str] = set()
        if not self._hosts:
            self._add_seeds()

    @property
    def num_hosts(self) -> int:
        """How many hosts were let in."""
        return len(self._hosts)

    def covers(self, url: str) -> bool:
        """Whether the host of `url` is in scope."""
        host = host_of(url)
        is_near = self._options.scope is Scope.DOMAIN and site_of_host(host) == self._site.name
        return host in self._hosts or is_near

    def adopt(self, url: str) -> bool:
        """Takes the host that a seed redirects to into scope, if it belongs to the site."""
        host = host_of(url)
        if site_of_host(host) == self._site.name and host not in self._hosts:
            self._hosts[host] = HostState(host=host)
            self._frontier.save_host(self._site.name, self._hosts[host])
        return self.covers(url)

    def offer(self, url: str, depth: int) -> None:
        """Lets a page in or leaves it out; what is out of scope or known is passed."""
        if url in self._known or not self.covers(url):
            return
        standing: Standing | LeftOut = self._frontier.standing(url)
        if standing in (Standing.NEW, LeftOut.DEPTH):
            standing = self._decide(url, depth)
        if standing is not LeftOut.DEPTH:  # a sitemap may bring it nearer
            self._remember(url)

    def offer_target(self, url: str, entry: Entry) -> None:
        """Lets in what the URL of `entry` redirects to, at no cost, unless it is known."""
        if self._frontier.standing(url) in _OPEN_TO_REDIRECTS:
            why = self._rules(url) if entry.depth else None
            if why:
                self._frontier.leave(self._site.name, url, why, entry.depth)
            else:
                self.put_back(url, entry)

    def put_back(self, url: str, entry: Entry) -> None:
        """Puts `url` at the end of the queue, one redirect further than `entry`."""
        self._frontier.add(
            self._site.name, url, depth=entry.depth, kind=entry.kind, hops=entry.hops + 1
        )

    def offer_sitemap(self, url: str) -> None:
        """Lets a sitemap of the site in."""
        is_own = site_of_host(host_of(url)) == self._site.name
        is_new = self._frontier.standing(url) is Standing.NEW
        if is_own and is_new and self._sitemaps < MAX_SITEMAPS:
            self._sitemaps += 1
            self._frontier.add(self._site.name, url, depth=1, kind=Kind.SITEMAP)

    def stopped(self, entry: Entry) -> LeftOut | None:
        """Returns why a URL that was let in is not fetched any more."""
        state = self._hosts.get(entry.host)
        if state and state.failures >= MAX_FAILURES:
            return LeftOut.HOST_FAILS
        if entry.kind is Kind.SITEMAP:
            return LeftOut.PAGES if state and self._is_full(state) else None
        if entry.depth and self._repeats and self._repeats[shape_of(entry.url)] >= MAX_REPEATS:
            return LeftOut.REPEATS
        return None

    def note(self, entry: Entry, *, is_host_failure: bool) -> None:
        """Notes how a URL ended, for its host."""
        state = self._hosts.get(entry.host)
        if state and (is_host_failure or state.failures):
            state.failures = state.failures + 1 if is_host_failure else 0
            self._frontier.save_host(self._site.name, state)

    def note_repeat(self, url: str) -> None:
        """Notes that `url` had the payload of another one."""
        self._repeats[shape_of(url)] += 1

    def _add_seeds(self) -> None:
        for seed in self._site.seeds:
            self.adopt(seed)
        for seed in self._site.seeds:
            if self._frontier.standing(seed) is Standing.NEW:
                self._enter(seed, 0, self._refusal(seed, 0))

    def _decide(self, url: str, depth: int) -> Standing | LeftOut:
        why = self._rules(url) or self._refusal(url, depth)
        self._enter(url, depth, why)
        return why or Standing.LET_IN

    def _enter(self, url: str, depth: int, why: LeftOut | None) -> None:
        if why:
            self._frontier.leave(self._site.name, url, why, depth)
        else:
            self._let_in(url, depth)

    def _refusal(self, url: str, depth: int) -> LeftOut | None:
        if depth > self._options.max_depth:
            return LeftOut.DEPTH
        host = host_of(url)
        state = self._hosts.get(host)
        if state is None:
            is_many = len(self._hosts) >= self._options.max_hosts
            return LeftOut.HOSTS if is_many else self._without_room(HostState(host=host))
        if state.failures >= MAX_FAILURES:
            return LeftOut.HOST_FAILS
        return self._without_room(state)

    def _without_room(self, state: HostState) -> LeftOut | None:
        return LeftOut.PAGES if self._is_full(state) else None

    def _is_full(self, state: HostState) -> bool:
        if state.added >= self._options.max_pages:
            return True
        limit = self._site.max_pages
        return limit is not None and sum(host.added for host in self._hosts.values()) >= limit

    def _let_in(self, url: str, depth: int) -> None:
        host = host_of(url)
        state = self._hosts.setdefault(host, HostState(host=host))
        state.added += 1
        self._frontier.save_host(self._site.name, state)
        self._frontier.add(self._site.name, url, depth=depth, kind=Kind.PAGE)

    def _remember(self, url: str) -> None:
        if len(self._known) >= MAX_KNOWN:
            self._known.clear()
        self._known.add(url)
