"""What a shard may spend: the same candidates fit the same budget, however fast answers come."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing

from pipeline.download.rounds import Round
from pipeline.web.validators import NOT_MODIFIED
from schemas.records import Candidate, PoolRow

Result = tuple[PoolRow, bytes]
Fetch = Callable[[Sequence[Candidate]], AsyncGenerator[Result, None]]
Refuse = Callable[[Candidate, str], Result]

MAX_TOTAL_BYTES = "max_total_bytes"


async def within_budget(
    candidates: Sequence[Candidate], around: Round, fetch: Fetch, refuse: Refuse
) -> AsyncGenerator[Result, None]:
    """Yields the result of every candidate, in their order.

    Args:
        candidates: In uid order.
        around: Its budgets.
        fetch: Yields the results of candidates, in their order.
        refuse: Makes the result of one that a budget, named, does not reach to.
    """
    affordable = [c for c in candidates if c.uid not in around.over]
    async with aclosing(_within_bytes(affordable, around.max_bytes, fetch, refuse)) as results:
        for candidate in candidates:
            over = around.over.get(candidate.uid)
            yield refuse(candidate, over) if over else await anext(results)


async def _within_bytes(
    candidates: Sequence[Candidate], max_bytes: int | None, fetch: Fetch, refuse: Refuse
) -> AsyncGenerator[Result, None]:
    """Yields results until the bytes are used up; what is in flight then is thrown away.

    Counted in the order of the uids and not of the answers, so that a retry ends at the same one.
    """
    left, done = float("inf") if max_bytes is None else max_bytes, 0
    async with aclosing(fetch(candidates)) as results:
        while left > 0 and (result := await anext(results, None)):
            done += 1
            left -= _fetched_bytes(result[0])
            yield result
    # Images that lie in archives cost nothing.
    async with aclosing(fetch([c for c in candidates[done:] if c.image])) as rest:
        for candidate in candidates[done:]:
            yield await anext(rest) if candidate.image else refuse(candidate, MAX_TOTAL_BYTES)


def _fetched_bytes(row: PoolRow) -> int:
    is_fetched = not row.candidate.image and row.http_status != NOT_MODIFIED
    return (row.bytes or 0) if is_fetched else 0
