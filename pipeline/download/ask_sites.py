"""What sites say about images before anybody asks for the images themselves."""

import asyncio
from collections.abc import Sequence

from filters.opt_out import first_obeyed
from pipeline.web.client import WebClient
from pipeline.web.options import WebOptions
from schemas.errors import RecordError, RecordRejected
from schemas.outcomes import Reject
from schemas.records import Candidate

# What the site's files say about a URL, or why it may not be fetched.
Said = tuple[str, ...] | RecordError


def ask_sites(
    candidates: Sequence[Candidate], web: WebOptions, concurrency: int
) -> dict[str, Said]:
    """Returns by uid what `WebClient.permit` says, with what `web.obey` makes of it.

    Args:
        candidates: To be fetched from the web.
        web: How to behave, and what to obey.
        concurrency: URLs that are being asked about at once.
    """
    return asyncio.run(_ask_all(candidates, web, concurrency))


async def _ask_all(
    candidates: Sequence[Candidate], web: WebOptions, concurrency: int
) -> dict[str, Said]:
    waiting = iter(candidates)
    said: dict[str, Said] = {}
    async with WebClient(web) as client:

        async def ask() -> None:
            for candidate in waiting:
                said[candidate.uid] = await _ask(candidate.url, client)

        async with asyncio.TaskGroup() as group:
            for _ in range(concurrency):
                group.create_task(ask())
    return said


async def _ask(url: str, client: WebClient) -> Said:
    try:
        signals = await client.permit(url)
    except RecordError as error:
        return error
    if signal := first_obeyed(signals, client.options.obey):
        return RecordRejected(Reject.OPT_OUT, signal)
    return signals
