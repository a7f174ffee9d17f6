"""An earlier crawl of the same seeds: its pages, so that hosts need not send them again."""

import io
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fastwarc.warc import ArchiveIterator

from pipeline.crawl.payload import open_payload
from pipeline.crawl.seeds.entries import RESULT_NAMES, Result, What, key_of, to_result
from pipeline.crawl.seeds.frontier import Frontier
from pipeline.crawl.seeds.warc_record import Original
from pipeline.shards.claim import WORK
from pipeline.web.client import Fetched
from schemas.errors import RunError, UserError
from schemas.outcomes import http_failure

CRAWL = "crawl"
FRONTIER = "frontier.sqlite"


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierPage:
    """A page of the earlier crawl."""

    url: str
    result: Result
    archive: Path

    @property
    def conditions(self) -> dict[str, str]:
        """The headers that ask for the page only if it has changed (RFC 9110, 13.1)."""
        headers = {}
        if self.result.etag:
            headers["If-None-Match"] = self.result.etag
        if self.result.modified:
            headers["If-Modified-Since"] = self.result.modified
        return headers

    @property
    def original(self) -> Original:
        """What a revisit record says of it."""
        found = self.result
        assert found.record_id
        assert found.date
        assert found.digest
        return Original(
            record_id=found.record_id, url=self.url, date=found.date, digest=found.digest
        )

    def read(self) -> Fetched:
        """Returns what was fetched, from the earlier archive.

        Raises:
            RunError: The archive is gone or another one.
        """
        offset, length = self.result.offset, self.result.length
        assert offset is not None
        assert length is not None
        try:
            with self.archive.open("rb") as stream:
                stream.seek(offset)
                member = io.BytesIO(stream.read(length))
            record = next(ArchiveIterator(member, parse_http=False))
        except (OSError, StopIteration) as error:
            raise RunError(f"{self.archive}: not the archive of the earlier crawl") from error
        payload = open_payload(record.reader.read(), is_http=True, content_type=None)
        return Fetched(
            body=payload.body,
            status=200,
            final_url=self.url,
            # The length is ours, of the stored body, and comes back when it is stored again.
            headers=tuple(h for h in payload.headers if h[0].lower() != "content-length"),
            fetched_at=datetime.fromisoformat(self.original.date),
            reason="OK",
            ip=record.headers.get("WARC-IP-Address") or "",
        )


class EarlierCrawl:
    """The frontiers of a finished crawl, read only.

    Args:
        folder: The earlier output: of `crawl`, or a dataset.

    Raises:
        UserError: No crawl of seeds is there, or it did not come to its end.
    """

    def __init__(self, folder: str) -> None:
        self._parts: list[tuple[Path, sqlite3.Connection]] = []
        for path in sorted(_find(folder)):
            database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
            row = database.execute("SELECT 1 FROM facts WHERE name = 'finished'").fetchone()
            if row is None:
                raise UserError(f"{path.parent}: that crawl has not ended: run it again first")
            self._parts.append((path.parent, database))
        if not self._parts:
            raise UserError(f"recrawl_from {folder}: no crawl of seeds lies there")

    def page(self, url: str) -> EarlierPage | None:
        """Returns the page that was stored for `url`."""
        names = ", ".join(RESULT_NAMES)
        for folder, database in self._parts:
            row = database.execute(
                f"SELECT {names} FROM urls WHERE key = ? AND url = ? AND what IN (?, ?, ?)",
                (key_of(url), url, What.PAGE, What.COPY, What.NOT_MODIFIED),
            ).fetchone()
            if row:
                result = to_result(row)
                return EarlierPage(url=url, result=result, archive=folder / str(result.file))
        return None

    def close(self) -> None:
        """Closes the files."""
        for _, database in self._parts:
            database.close()


def compare(frontier: Frontier, earlier: EarlierCrawl) -> dict[str, int]:
    """Returns how many pages are `same`, `changed`, `new`, and `gone` (404, 410) since then."""
    counts = dict.fromkeys(("same", "changed", "new", "gone"), 0)
    for url, digest in frontier.pages():
        page = earlier.page(url)
        kind = "new" if page is None else "same" if page.result.digest == digest else "changed"
        counts[kind] += 1
    gone = {http_failure(404), http_failure(410)}
    counts["gone"] = sum(
        outcome in gone and earlier.page(url) is not None for url, outcome, _ in frontier.dropped()
    )
    return counts


def _find(folder: str) -> Iterator[Path]:
    for start in (Path(folder, CRAWL), Path(folder, WORK, CRAWL)):
        yield from start.glob(f"*/{FRONTIER}")
