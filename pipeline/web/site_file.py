"""One file that a site keeps for robots, fetched as RFC 9309 (2.3.1.2) fetches robots.txt."""

from collections.abc import Awaitable, Callable

from pipeline.web.answer import MAX_REDIRECTS, Answer
from schemas.errors import RecordError, RecordFailed
from schemas.outcomes import Failure
from schemas.uid import resolve_url

FetchOnce = Callable[[str], Awaitable[Answer]]


async def fetch_site_file(fetch: FetchOnce, url: str) -> Answer:
    """Returns what is at `url` after at most `MAX_REDIRECTS` redirects, whatever hosts they name.

    Args:
        fetch: Gets one URL without following redirects; raises `RecordError`.
        url: Absolute.

    Raises:
        RecordError: What `fetch` raises for `url` itself.
        RecordFailed: `redirects`: too many of them, or they lead to what cannot be fetched.
    """
    answer = await fetch(url)
    for _ in range(MAX_REDIRECTS):
        if answer.location is None:
            break
        try:
            url = resolve_url(answer.location, url)
            answer = await fetch(url)
        except RecordError as error:
            raise RecordFailed(Failure.REDIRECTS, f"they end in {error.outcome}") from error
    if answer.location is not None:
        raise RecordFailed(Failure.REDIRECTS, f"more than {MAX_REDIRECTS}")
    return answer
