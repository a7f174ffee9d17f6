"""Seeds to parts of a crawl: every site in one part alone, so that nobody meets two crawlers."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.crawl.seeds.scope import host_of, site_of_host
from pipeline.shards.storage import open_input
from schemas.errors import RecordRejected
from schemas.outcomes import Stage
from schemas.records import LedgerRow
from schemas.uid import resolve_url


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Site:
    """What is crawled in one order: all hosts of a registrable domain that are in scope.

    Attributes:
        name: The registrable domain, or an IP address.
        seeds: From `schemas.uid.resolve_url`, sorted.
        max_pages: Its share of the whole crawl's budget; None for no limit but the hosts' own.
    """

    name: str
    seeds: tuple[str, ...]
    max_pages: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlPart:
    """The sites of one crawler."""

    number: int
    sites: tuple[Site, ...]

    @property
    def name(self) -> str:
        """Name of its folder."""
        return f"{self.number:03d}"


def read_seeds(path: str) -> Iterator[str]:
    """Yields the seeds of `path`: a URL is one itself, a file has one a line (`#` comments)."""
    if path.startswith(("http://", "https://")):
        yield path
        return
    with open_input(path) as stream:
        for line in stream:
            seed = line.decode("utf-8-sig", "replace").strip()
            if seed and not seed.startswith("#"):
                yield seed


def plan_parts(
    seeds: Iterable[str], crawlers: int, max_total_pages: int | None = None
) -> Iterator[CrawlPart | LedgerRow]:
    """Yields a row for each seed that is no URL, and at most `crawlers` parts, none empty.

    The parts depend on the set of seeds alone.
    """
    sites: dict[str, set[str]] = defaultdict(set)
    for seed in sorted(set(seeds)):
        try:
            url = resolve_url(seed)
        except RecordRejected as error:
            yield LedgerRow(
                uid=None, url=seed, stage=Stage.CRAWL, outcome=error.outcome, detail=error.detail
            )
        else:
            sites[site_of_host(host_of(url))].add(url)
    planned = [
        Site(name=name, seeds=tuple(sorted(sites[name])), max_pages=pages)
        for name, pages in zip(sorted(sites), _shares(max_total_pages, len(sites)), strict=True)
    ]
    for number in range(min(crawlers, len(planned))):
        yield CrawlPart(number=number, sites=tuple(planned[number::crawlers]))


def _shares(total: int | None, parts: int) -> Sequence[int | None]:
    """Returns `total` in even parts; the first ones get what is left over."""
    if total is None:
        return [None] * parts
    return [total // parts + (number < total % parts) for number in range(parts)]
