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
CC_ROOT = "https://data.commoncrawl.org/"  # Common Crawl's own; needs no account, as its S3 does


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """What the readers of archives, lists and datasets need to know.

    Attributes:
        product_token: Our name in robots' rules; signals for other robots do not count.
        text_sources: Places that texts are taken from.
        max_page_bytes: Of a decoded page.
        url_column: Of URL lists; guessed if None.
        text_column: Of URL lists; guessed if None.
        image_column: Holds the pictures of a list, or names their files; guessed if None.
        extra_columns: Columns that are carried through; None for all but bytes.
        where: Condition on the rows of a Common Crawl index; every row if None.
        cc_root: Folder or URL that the paths in a Common Crawl index are relative to.
        work: Folder for what must be kept beside the candidates: pictures that cannot be read
            alone where they lie.
    """

    product_token: str
    text_sources: tuple[TextSource, ...] = TEXT_SOURCES
    max_page_bytes: int = 8 * 2**20
    url_column: str | None = None
    text_column: str | None = None
    image_column: str | None = None
    extra_columns: tuple[str, ...] | None = None
    where: str | None = None
    cc_root: str = CC_ROOT
    work: str = ""
