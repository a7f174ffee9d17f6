"""Section `[crawl]` of a recipe: where candidates come from."""

from typing import Annotated, Literal

from pydantic import Field

from pipeline.crawl.options import CC_ROOT, TEXT_SOURCES
from pipeline.recipe.section import Section
from schemas.records import TextSource


class Crawl(Section):
    """Where candidates come from.

    Attributes:
        inputs: Archives, URL lists, seed lists (`.txt`), folders and globs of these.
        text_sources: Places that texts are taken from; `select` decides which of them are kept.
        where: Condition on the rows of a Common Crawl index, such as `content_languages = 'por'`.
        cc_root: Folder or URL that the paths in a Common Crawl index are relative to.
        url_column: Of lists; guessed if it is not given, as are the next two.
        image_column: Holds the pictures of a list, or names their files.
        extra_columns: Columns of lists to carry through; all that hold no bytes if not given.
        crawlers: Crawls of seed sites side by side, each with sites of its own.
        scope: `host` stays on the hosts of the seeds, `domain` takes in their whole domains.
        max_pages: Pages to fetch per host; redirects are free.
        max_hosts: Hosts per registrable domain.
        max_total_pages: Pages to fetch in the whole crawl, shared out evenly over its domains.
        include: Globs; a page must match one if there are any.
        exclude: Globs of pages that are not fetched.
        page_deadline_s: Total time for one request of a page.
        tries: Of a URL whose host is busy or fails.
        backoff_s: Wait after a host's first failure, doubled with each more.
        warc_max_bytes: An archive that has grown beyond this is closed.
        recrawl_from: Output of an earlier crawl; its pages are asked for only if they changed.
    """

    inputs: tuple[str, ...] = ()
    text_sources: tuple[TextSource, ...] = TEXT_SOURCES
    where: str | None = None
    cc_root: str = CC_ROOT
    crawlers: Annotated[int, Field(ge=1)] = 4
    scope: Literal["host", "domain"] = "host"
    max_pages: Annotated[int, Field(ge=1)] = 1000
    max_depth: Annotated[int, Field(ge=0)] = 5
    max_hosts: Annotated[int, Field(ge=1)] = 100
    max_total_pages: Annotated[int, Field(ge=1)] | None = None
    sitemaps: bool = True
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    tries: Annotated[int, Field(ge=1)] = 3
    backoff_s: Annotated[float, Field(ge=0)] = 1.0
    warc_max_bytes: Annotated[int, Field(ge=1)] = 10**9
    recrawl_from: str | None = None
    page_deadline_s: Annotated[float, Field(gt=0)] = 30.0
    max_page_bytes: Annotated[int, Field(ge=1)] = 8 * 2**20
    url_column: str | None = None
    text_column: str | None = None
    image_column: str | None = None
    extra_columns: tuple[str, ...] | None = None
