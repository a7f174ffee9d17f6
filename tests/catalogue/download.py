"""A list of URLs through the whole download of a shard."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

from pipeline.crawl.inputs import CrawlInput, InputKind
from pipeline.crawl.lists.url_list import read_url_list
from pipeline.crawl.options import ReadOptions
from pipeline.download.options import DownloadOptions
from pipeline.download.pool import read_pool_shard
from pipeline.download.shard import download_shard
from pipeline.web.options import WebOptions
from schemas.outcomes import is_known
from schemas.records import Candidate, LedgerRow, PoolRow
from tests.pipeline.web.bad_server import web_options
from tests.samples import make_candidate, make_image

PHOTO = make_image(1, 96, 80)
OPTIONS = DownloadOptions(image_size=64, retries=0, deadline_s=10, max_bytes=2_000_000)
HASTY = replace(OPTIONS, deadline_s=0.5)


def download(
    folder: Path,
    urls: Sequence[str],
    web: WebOptions | None = None,
    options: DownloadOptions = OPTIONS,
) -> dict[str, PoolRow]:
    """Returns the row of each URL; what every case promises is asserted here.

    Args:
        folder: For the pool.
        urls: Different ones, as they stand in a candidate.
        web: Nothing is allowed by default.
        options: Of the download.
    """
    made = [
        make_candidate(number, url=url, uid=f"{number:032x}") for number, url in enumerate(urls)
    ]
    rows = download_shard(
        0, made, folder=str(folder / "pool"), options=options, web=web or web_options()
    )
    assert [row.uid for row in rows] == [candidate.uid for candidate in made]
    assert rows == read_pool_shard(str(folder / "pool"), 0)
    for row in rows:
        assert (row.status == "success") == (row.outcome == "ok")
        assert row.outcome == "ok" or is_known(row.outcome)
    return {row.candidate.url: row for row in rows}


def outcomes(folder: Path, urls: Sequence[str], *allow: str, **web: Any) -> list[str]:
    """Returns the outcome of each URL."""
    rows = download(folder, urls, web_options(*allow, **web))
    return [rows[url].outcome for url in urls]


def read_list(path: Path, text: str | bytes, **said: Any) -> list[Candidate | LedgerRow]:
    """Returns what the rows of a list give."""
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    options = ReadOptions(product_token="webimagetext", **said)
    return list(read_url_list(CrawlInput(path=str(path), kind=InputKind.LIST), options))


@contextmanager
def growth() -> Iterator[list[int]]:
    """Watches this process's memory; the list holds by how many bytes it grew at most."""
    grown: list[int] = []
    start, stop = _resident(), Event()

    def watch() -> None:
        most = 0
        while not stop.wait(0.002):
            most = max(most, _resident() - start)
        grown.append(most)

    thread = Thread(target=watch)
    thread.start()
    try:
        yield grown
    finally:
        stop.set()
        thread.join()


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
