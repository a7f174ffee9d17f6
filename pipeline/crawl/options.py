"""How inputs are read: the fields of the recipe's `[crawl]` section that the reading cores need."""

from dataclasses import dataclass

from schemas.records import TextSource

# Best first: of several texts of one image, the one from the place named first says most about it.
TEXT_SOURCES: tuple[TextSource, ...] = (
    "list",
    "alt",
    "figcaption",
    "title",
    "og",
    "meta",
    "context",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """What the readers of archives, lists and datasets need to know.

    Attributes:
        product_token: Our name in robots' rules; signals for other robots do not count.
        text_sources: Places that texts are taken from.
        max_page_bytes: Of a decoded page.
        url_column: Of URL lists; guessed if None.
        text_column: Of URL lists; guessed if None.
        where: Condition on the rows of a Common Crawl index; every row if None.
        work: Folder for what must be kept beside the candidates: pictures that cannot be read
            alone where they lie.
    """

    product_token: str
    text_sources: tuple[TextSource, ...] = TEXT_SOURCES
    max_page_bytes: int = 8 * 2**20
    url_column: str | None = None
    text_column: str | None = None
    where: str | None = None
    work: str = ""
