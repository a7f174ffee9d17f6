"""How seeds are crawled: the fields of the recipe's `[crawl]` section that the crawler needs."""

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum


class Scope(StrEnum):
    """Which hosts a crawl may enter from a seed."""

    HOST = "host"  # the seed's, and the one that the seed redirects to within its domain
    DOMAIN = "domain"  # every host of the seed's registrable domain


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedOptions:
    """How far a crawl goes, and how it fetches.

    Attributes:
        max_pages: URLs to fetch of one host, whatever becomes of them; redirects are free.
        max_depth: Links from a seed to a page; 0 is the seeds alone.
        max_hosts: Of one registrable domain.
        max_total_pages: Of the whole crawl, shared out evenly over the seeds' domains.
        sitemaps: Whether to look for pages in sitemaps.
        include: Globs (`fnmatch`) of URLs; a page must match one if there are any. Seeds need not.
        exclude: Globs of URLs that are not fetched.
        page_deadline_s: Total time of one request.
        max_page_bytes: Of the decoded body.
        tries: Of one URL that meets a busy or failing host.
        backoff_s: Wait after the first of several failures, doubled each time.
        warc_max_bytes: A file that has grown beyond this is closed.
        recrawl_from: Output folder of an earlier crawl; its pages are asked for conditionally.
    """

    scope: Scope = Scope.HOST
    max_pages: int = 1000
    max_depth: int = 5
    max_hosts: int = 100
    max_total_pages: int | None = None
    sitemaps: bool = True
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    page_deadline_s: float = 30.0
    max_page_bytes: int = 8 * 2**20
    tries: int = 3
    backoff_s: float = 1.0
    warc_max_bytes: int = 10**9
    recrawl_from: str | None = None

    def fingerprint(self) -> str:
        """Returns a hash of all that decides what a crawl holds."""
        return hashlib.sha256(json.dumps(asdict(self)).encode()).hexdigest()
