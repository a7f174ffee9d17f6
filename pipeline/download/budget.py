"""What a shard may spend: the same candidates fit the same budget, however fast answers come."""

from collections.abc import Callable, Generator, Iterator, Sequence

from pipeline.download.rounds import Round
from pipeline.web.validators import NOT_MODIFIED
from schemas.records import Candidate, PoolRow

Result = tuple[PoolRow, bytes]
Fetch = Callable[[Sequence[Candidate]], Generator[Result, None, None]]
Refuse = Callable[[Candidate, str], Result]

MAX_TOTAL_BYTES = "max_total_bytes"


def within_budget(
    candidates: Sequence[Candidate], around: Round, fetch: Fetch, refuse: Refuse
) -> Iterator[Result]:
    """Yields the result of every candidate, in their order.

    Args:
        candidates: In uid order.
        around: Its budgets.
        fetch: Yields the results of candidates, in their order.
        refuse: Makes the result of one that a budget, named, does not reach to.
    """
    affordable = [c for c in candidates if c.uid not in around.over]
    results = _within_bytes(affordable, around.max_bytes, fetch, refuse)
    for candidate in candidates:
        over = around.over.get(candidate.uid)
        yield refuse(candidate, over) if over else next(results)
    yield from results  # nothing more, but its end


def _within_bytes(
    candidates: Sequence[Candidate], max_bytes: int | None, fetch: Fetch, refuse: Refuse
) -> Iterator[Result]:
    """Yields results until the bytes are used up; what is in flight then is thrown away.

    Counted in the order of the uids and not of the answers, so that a retry ends at the same one.
    """
    left = float("inf") if max_bytes is None else max_bytes
    results, done = fetch(candidates), 0
    while left > 0 and (result := next(results, None)):
        done += 1
        left -= _fetched_bytes(result[0])
        yield result
    if done == len(candidates):
        yield from results  # to its end, where connections are closed
        return
    results.close()
    # Images that lie in archives cost nothing.
    rest = fetch([c for c in candidates[done:] if c.image])
    for candidate in candidates[done:]:
        yield next(rest) if candidate.image else refuse(candidate, MAX_TOTAL_BYTES)
    yield from rest


def _fetched_bytes(row: PoolRow) -> int:
    is_fetched = not row.candidate.image and row.http_status != NOT_MODIFIED
    return (row.bytes or 0) if is_fetched else 0
