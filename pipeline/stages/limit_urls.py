"""Stage 3, before the download: budgets of URLs, by the order of uids and not of answers.

A uid is a hash, so those that a budget keeps are an even sample, and the same on every run.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import ada_url
import apache_beam as beam

from pipeline.download.rounds import Asked
from pipeline.stages.stage import Stage

MAX_HOST_URLS = "max_host_urls"
MAX_TOTAL_URLS = "max_total_urls"


@dataclass
class LimitHosts(Stage):
    """Marks what is beyond the budget of its host.

    A worker holds no more than `max_urls` uids of a host while it counts, and at last one uid for
    each host that has more URLs than that.
    """

    max_urls: int

    def expand(self, asked: beam.PCollection) -> beam.PCollection:
        last = (
            asked
            | "OfHosts" >> beam.Filter(is_fetched)
            | "KeyByHost" >> beam.Map(_key_by_host)
            | "SmallestUids" >> beam.combiners.Top.SmallestPerKey(self.max_urls + 1)
            | "LastUid" >> beam.FlatMapTuple(_last_uid, self.max_urls)
        )
        return asked | "LimitHosts" >> beam.Map(limit_host, beam.pvalue.AsDict(last))


def limit_host(asked: Asked, last: Mapping[str, str]) -> Asked:
    """Returns `asked`, marked if its uid comes after the last one of its host."""
    if not is_fetched(asked):
        return asked
    host, uid = _key_by_host(asked)
    return replace(asked, over=MAX_HOST_URLS) if host in last and uid > last[host] else asked


def over_total(
    shard: int, asked: Iterable[Asked], sizes: Mapping[int, int], max_urls: int
) -> list[Asked]:
    """Returns the candidates of a shard in uid order, those marked that the budget does not reach.

    Args:
        shard: Its number. Shards are parts of the uid space, in its order.
        asked: Its candidates.
        sizes: How many URLs each shard would fetch.
        max_urls: That all shards may fetch.
    """
    left = max_urls - sum(size for number, size in sizes.items() if number < shard)
    settled = []
    for item in sorted(asked, key=_uid):
        left -= is_fetched(item)
        is_over = left < 0 and is_fetched(item)
        settled.append(replace(item, over=MAX_TOTAL_URLS) if is_over else item)
    return settled


def is_fetched(asked: Asked) -> bool:
    """Whether a host would be asked: not for what lies in an archive, nor beyond a budget."""
    return not asked.over and asked.candidate.image is None


def _key_by_host(asked: Asked) -> tuple[str, str]:
    return ada_url.URL(asked.candidate.url).host, asked.candidate.uid


def _last_uid(host: str, uids: list[str], max_urls: int) -> Iterator[tuple[str, str]]:
    if len(uids) > max_urls:
        yield host, sorted(uids)[max_urls - 1]


def _uid(asked: Asked) -> str:
    return asked.candidate.uid
