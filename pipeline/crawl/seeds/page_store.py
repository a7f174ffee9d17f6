"""What a page's answer becomes: a WARC record, or nothing new, and the links to go on with."""

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from pipeline.crawl.payload import Content, open_payload
from pipeline.crawl.seeds.archive_writer import ArchiveWriter, Place
from pipeline.crawl.seeds.earlier import EarlierPage
from pipeline.crawl.seeds.entries import Result, What
from pipeline.crawl.seeds.frontier import Frontier
from pipeline.crawl.seeds.links import PageLinks, read_links
from pipeline.crawl.seeds.warc_record import (
    NOT_MODIFIED,
    SAME_PAYLOAD,
    Original,
    date_of,
    digest_of,
    exchange,
    http_block,
    response_id,
    revisit,
)
from pipeline.web.client import Fetched, media_type
from schemas.errors import RecordFailed
from schemas.outcomes import Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A page that was read.

    Attributes:
        result: For the frontier.
        links: Where it leads.
        canonical: Another URL that the page gives itself, if it can be believed.
    """

    result: Result
    links: tuple[str, ...]
    canonical: str | None


class PageStore:
    """Writes the pages of one site."""

    def __init__(
        self, site: str, frontier: Frontier, archive: ArchiveWriter, product_token: str
    ) -> None:
        self._site = site
        self._frontier = frontier
        self._archive = archive
        self._product_token = product_token

    def store(self, fetched: Fetched) -> Stored:
        """Writes a page, unless it is another form of one that is stored.

        Raises:
            RecordFailed: `page_not_html`: nothing says that it is a page.
        """
        _require_html(fetched)
        page = self._read_links(fetched, fetched.header("content-type"))
        canonical = _canonical(fetched.final_url, page.canonical)
        facts = Result(
            what=What.PAGE,
            etag=fetched.header("etag"),
            modified=fetched.header("last-modified"),
            digest=digest_of(fetched.body),
            date=date_of(fetched.fetched_at),
            record_id=response_id(fetched),
        )
        result = self._write(fetched, replace(facts, canonical=canonical or fetched.final_url))
        return Stored(result=result, links=page.links, canonical=canonical)

    def store_again(self, fetched: Fetched, earlier: EarlierPage) -> Stored:
        """Writes a page that has not changed: the revisit, and the earlier response behind it.

        The response carries the site's signals of today, for the earlier ones may be outdated.
        """
        response = replace(earlier.read(), site_signals=fetched.site_signals)
        self._archive.append(revisit(fetched, earlier.original, NOT_MODIFIED))
        place = self._archive.append(exchange(response)[:1])
        page = self._read_links(response, response.header("content-type"))
        return Stored(
            result=_placed(replace(earlier.result, what=What.NOT_MODIFIED), place),
            links=page.links,
            canonical=_canonical(earlier.url, page.canonical),
        )

    def store_redirect(self, fetched: Fetched) -> None:
        """Writes a redirect, whose body is not read."""
        self._archive.append(exchange(fetched, is_whole=False))

    def _write(self, fetched: Fetched, facts: Result) -> Result:
        assert facts.canonical
        assert facts.digest
        if self._frontier.has_canonical(self._site, facts.canonical):
            # The canonical URL stays free for the page that is stored.
            return replace(facts, what=What.CANONICAL, canonical=None)
        same = self._frontier.same_payload(self._site, facts.digest)
        folder = _folder(fetched.final_url)
        for url, result in same:
            if _folder(url) == folder and result.record_id and result.date:
                original = Original(
                    record_id=result.record_id, url=url, date=result.date, digest=facts.digest
                )
                self._archive.append(revisit(fetched, original, SAME_PAYLOAD))
                return replace(facts, what=What.SAME_PAYLOAD, canonical=None)
        place = self._archive.append(exchange(fetched))
        return _placed(replace(facts, what=What.COPY if same else What.PAGE), place)

    def _read_links(self, fetched: Fetched, content_type: str | None) -> PageLinks:
        return read_links(
            fetched.body,
            fetched.final_url,
            charset=media_type(content_type or "")[1],
            headers=fetched.headers,
            product_token=self._product_token,
        )


def _require_html(fetched: Fetched) -> None:
    """The archive's reader takes an answer without a type for a page only if it looks like one."""
    if fetched.header("content-type"):
        return
    payload = open_payload(http_block(fetched), is_http=True, content_type=None)
    if payload.content is Content.OTHER:
        raise RecordFailed(Failure.PAGE_NOT_HTML, "no type said, and does not look like HTML")


def _canonical(url: str, canonical: str | None) -> str | None:
    """Returns the other URL that a page gives itself; that of a start page is a known mistake.

    Google's "5 common mistakes with rel=canonical" (2013): whole sites name their front page.
    """
    if canonical is None or canonical == url:
        return None
    return None if urlsplit(canonical).path in ("", "/") else canonical


def _folder(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[0]


def _placed(result: Result, place: Place) -> Result:
    return replace(result, file=place.file, offset=place.offset, length=place.length)
