import asyncio
from collections.abc import AsyncGenerator, Sequence

import pytest

from pipeline.download.budget import Result, within_budget
from pipeline.download.rounds import Round
from schemas.records import Candidate, ImageRef, PoolRow
from tests.samples import make_candidate, make_pair


class Web:
    """Fetches 1,000 bytes for each candidate, and knows what it was asked for."""

    def __init__(self, status: int = 200) -> None:
        self.asked: list[str] = []
        self.closed = 0
        self._status = status

    async def fetch(self, candidates: Sequence[Candidate]) -> AsyncGenerator[Result, None]:
        try:
            for candidate in candidates:
                self.asked.append(candidate.uid)
                yield (
                    make_pair(0, candidate=candidate, bytes=1000, http_status=self._status),
                    b"image",
                )
        finally:
            self.closed += 1


def refuse(candidate: Candidate, budget: str) -> Result:
    return make_pair(0, candidate=candidate, outcome="budget", detail=budget), b""


def run(candidates: list[Candidate], around: Round, web: Web) -> list[str]:
    async def collect() -> list[PoolRow]:
        return [row async for row, _ in within_budget(candidates, around, web.fetch, refuse)]

    rows = asyncio.run(collect())
    assert [row.uid for row in rows] == [candidate.uid for candidate in candidates]
    return [row.outcome if row.outcome == "ok" else row.detail for row in rows]


CANDIDATES = sorted((make_candidate(n) for n in range(5)), key=lambda candidate: candidate.uid)


def test_without_a_budget_all_are_fetched_and_the_web_is_left() -> None:
    web = Web()
    assert run(CANDIDATES, Round(), web) == ["ok"] * 5
    assert web.closed == 1


@pytest.mark.parametrize(
    ("max_bytes", "fetched"), [(1, 1), (1000, 1), (1001, 2), (4000, 4), (4001, 5), (9000, 5)]
)
def test_the_one_that_uses_the_bytes_up_is_kept_and_those_after_it_are_not(
    max_bytes: int, fetched: int
) -> None:
    web = Web()
    found = run(CANDIDATES, Round(max_bytes=max_bytes), web)
    assert found == ["ok"] * fetched + ["max_total_bytes"] * (5 - fetched)
    assert len(web.asked) == fetched


def test_a_picture_that_did_not_come_again_costs_nothing() -> None:
    web = Web(status=304)
    assert run(CANDIDATES, Round(max_bytes=1), web) == ["ok"] * 5


def test_archived_images_are_read_when_the_bytes_are_used_up() -> None:
    ref = ImageRef(source="a.warc", offset=0, length=1)
    mixed = [make_candidate(n, image=ref if n % 2 else None) for n in range(6)]
    mixed.sort(key=lambda candidate: candidate.uid)
    web = Web()
    found = run(mixed, Round(max_bytes=1000), web)
    online = [word for word, candidate in zip(found, mixed, strict=True) if not candidate.image]
    assert online == ["ok", "max_total_bytes", "max_total_bytes"]
    assert found.count("ok") == 4
    assert web.closed == 2


def test_what_is_over_another_budget_is_never_asked_for() -> None:
    web = Web()
    over = {CANDIDATES[1].uid: "max_host_urls", CANDIDATES[4].uid: "max_total_urls"}
    found = run(CANDIDATES, Round(over=over), web)
    assert found == ["ok", "max_host_urls", "ok", "ok", "max_total_urls"]
    assert CANDIDATES[1].uid not in web.asked
