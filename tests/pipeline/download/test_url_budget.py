import heapq
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pipeline.download.url_budget import (
    is_within_host,
    last_uid,
    over_budget,
    place_of,
)
from schemas.records import Candidate, ImageRef
from schemas.uid import uid_bucket
from tests.samples import make_candidate


def make(hosts: list[int]) -> list[Candidate]:
    made = [make_candidate(n, url=f"http://h{host}.org/{n}.jpg") for n, host in enumerate(hosts)]
    return sorted(made, key=lambda candidate: candidate.uid)


def last_of_hosts(candidates: list[Candidate], max_urls: int) -> dict[str, str]:
    places = [place_of(c.url, c.uid) for c in candidates]
    found = {}
    for host in {host for host, _ in places}:
        uids = heapq.nsmallest(max_urls + 1, (uid for h, uid in places if h == host))
        found.update(last_uid(host, uids, max_urls))
    return found


@given(
    hosts=st.lists(st.integers(0, 4), max_size=60),
    max_host=st.integers(1, 12),
    max_total=st.integers(1, 40),
    num_shards=st.integers(1, 6),
)
def test_budgets_keep_the_smallest_uids_however_they_are_cut_into_shards(
    hosts: list[int], max_host: int, max_total: int, num_shards: int
) -> None:
    candidates = make(hosts)
    last = last_of_hosts(candidates, max_host)
    shards: dict[int, list[Candidate]] = {}
    for candidate in candidates:
        shards.setdefault(uid_bucket(candidate.uid, num_shards), []).append(candidate)
    sizes = {
        shard: sum(is_within_host(place_of(c.url, c.uid), last) for c in part)
        for shard, part in shards.items()
    }
    over = {}
    for shard, part in shards.items():
        over.update(over_budget(shard, part, last, sizes, max_total))
    per_host: Counter[str] = Counter()
    expected = {}
    total = 0
    for candidate in candidates:
        host, _ = place_of(candidate.url, candidate.uid)
        per_host[host] += 1
        if per_host[host] > max_host:
            expected[candidate.uid] = "max_host_urls"
        elif (total := total + 1) > max_total:
            expected[candidate.uid] = "max_total_urls"
    assert over == expected


def test_without_budgets_nothing_is_over() -> None:
    assert over_budget(3, make([1] * 20), {}, {}, None) == {}


def test_what_lies_in_an_archive_costs_nothing() -> None:
    archived = make_candidate(1, image=ImageRef(source="a.warc", offset=0, length=1))
    assert over_budget(0, [archived], {"example.com": ""}, {}, 0) == {}


def test_a_port_is_part_of_the_host() -> None:
    hosts = {place_of(f"http://a.org{port}/x", "0")[0] for port in ("", ":80", ":8080")}
    assert hosts == {"a.org", "a.org:8080"}
