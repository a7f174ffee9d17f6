"""Budgets of URLs, by the order of uids and not of answers.

A uid is a hash, so those that a budget keeps are an even sample, and the same on every run.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import ada_url

from schemas.records import Candidate

MAX_HOST_URLS = "max_host_urls"
MAX_TOTAL_URLS = "max_total_urls"


# Host and uid of a URL that a host would be asked for.
Place = tuple[str, str]


def place_of(url: str, uid: str) -> Place:
    """Returns the place of a candidate; the port is part of its host."""
    return str(ada_url.URL(url).host), uid


def last_uid(host: str, uids: Iterable[str], max_urls: int) -> Iterator[tuple[str, str]]:
    """Yields a host's last uid within `max_urls`, if it has more of them than that.

    Args:
        host: Its name.
        uids: Its smallest, one more than `max_urls` if there are so many.
        max_urls: The budget.
    """
    smallest = sorted(uids)
    if len(smallest) > max_urls:
        yield host, smallest[max_urls - 1]


def is_within_host(place: Place, last_of_host: Mapping[str, str]) -> bool:
    """Whether the budget of its host reaches to a place."""
    host, uid = place
    last = last_of_host.get(host)
    return last is None or uid <= last


def over_budget(
    shard: int,
    candidates: Sequence[Candidate],
    last_of_host: Mapping[str, str],
    sizes: Mapping[int, int],
    max_total: int | None,
) -> dict[str, str]:
    """Returns the budget that is used up, by uid, for each candidate that is not to be fetched.

    Args:
        shard: Its number. Shards are parts of the uid space, in its order.
        candidates: All of the shard, in uid order. What lies in an archive costs nothing.
        last_of_host: The last uid of each host that has too many.
        sizes: URLs that each shard would fetch, if there is a `max_total`.
        max_total: URLs that all shards may fetch.
    """
    left: float = float("inf")
    if max_total is not None:
        left = max_total - sum(size for number, size in sizes.items() if number < shard)
    over = {}
    for candidate in candidates:
        if candidate.image:
            continue
        if not is_within_host(place_of(candidate.url, candidate.uid), last_of_host):
            over[candidate.uid] = MAX_HOST_URLS
            continue
        left -= 1
        if left < 0:
            over[candidate.uid] = MAX_TOTAL_URLS
    return over
