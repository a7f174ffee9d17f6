"""HTML pages to candidates: one item for every `<img>`."""

from dataclasses import dataclass

from pipeline.crawl.page import Page
from schemas.records import Candidate, LedgerRow


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContent:
    """What one page holds.

    Attributes:
        items: One for every `<img>`, in page order.
        links: Absolute URLs of `<a href>` without repetition, in page order.
        nofollow: Whether the page asks robots not to follow its links.
    """

    items: tuple[Candidate | LedgerRow, ...]
    links: tuple[str, ...]
    nofollow: bool


def read_page(page: Page, product_token: str) -> PageContent:
    raise NotImplementedError
