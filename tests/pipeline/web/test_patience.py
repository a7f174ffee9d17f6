import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from pipeline.web import patience
from pipeline.web.backoff import HostBusy
from pipeline.web.client import Fetched
from pipeline.web.failures import NoAddress
from pipeline.web.patience import GIVE_UP_AFTER, MAX_WAIT_S, PatientClient
from schemas.errors import RecordError, RecordFailed, RecordRejected
from schemas.outcomes import Failure, Reject

URL = "http://e.org/a.jpg"
SPREAD = patience._spread(URL)  # every wait of this URL is so much longer
FETCHED = Fetched(
    body=b"x", status=200, final_url=URL, headers=(), fetched_at=datetime(2026, 1, 1, tzinfo=UTC)
)
CONNECT = RecordFailed(Failure.CONNECT, "no connection")
GONE = RecordFailed("http_404")


class Web:
    """A client that answers as told, and remembers what it was asked and how long hosts rest."""

    def __init__(self, answers: Sequence[RecordError | Fetched]) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []
        self.rests: list[float] = []

    async def fetch(self, url: str, **limits: object) -> Fetched:
        self.asked.append(url)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, RecordError):
            raise answer
        return answer

    async def reach(self, url: str) -> None:
        await self.fetch(url)

    def hold(self, url: str, seconds: float) -> None:
        self.rests.append(seconds)


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(patience.asyncio, "sleep", sleep)
    return waits


def fetch(web: Web, *, times: int = 1, retries: int = 1, url: str = URL) -> list[str]:
    """Returns `ok` or the outcome of each of so many fetches."""
    client = PatientClient(web, retries=retries)  # type: ignore[arg-type]

    async def run() -> list[str]:
        found = []
        for _ in range(times):
            try:
                await client.fetch(url, deadline_s=1, max_bytes=1, accept="*/*")
                found.append("ok")
            except RecordError as error:
                found.append(error.outcome)
        return found

    return asyncio.run(run())


@pytest.mark.parametrize(
    "first",
    [
        CONNECT,
        RecordFailed(Failure.DNS),
        RecordFailed(Failure.TRUNCATED),
        HostBusy(500, None),
        HostBusy(429, None),
    ],
)
def test_what_may_pass_is_tried_again(slept: list[float], first: RecordError) -> None:
    web = Web([first, FETCHED])
    assert fetch(web) == ["ok"]
    assert [round(wait_s / SPREAD, 6) for wait_s in slept + web.rests] == [1.0]


@pytest.mark.parametrize(
    "last",
    [
        GONE,
        NoAddress(Failure.DNS),
        RecordFailed(Failure.DEADLINE),
        RecordFailed(Failure.TOO_LARGE),
        RecordRejected(Reject.ROBOTS),
        RecordRejected(Reject.ADDRESS),
    ],
)
def test_what_will_not_pass_is_tried_once(slept: list[float], last: RecordError) -> None:
    web = Web([last, FETCHED])
    assert fetch(web) == [last.outcome]
    assert len(web.asked) == 1
    assert not slept


def test_waits_are_doubled_and_the_last_failure_is_told(slept: list[float]) -> None:
    assert fetch(Web([CONNECT]), retries=3) == ["connect"]
    assert [round(wait_s / SPREAD, 6) for wait_s in slept] == [1.0, 2.0, 4.0]


def test_32_what_failed_together_does_not_come_back_together(slept: list[float]) -> None:
    for number in range(50):
        fetch(Web([CONNECT]), url=f"http://e.org/{number}.jpg")
    assert len(set(slept)) == 50
    assert 1.0 <= min(slept) < 1.1
    assert 1.4 < max(slept) < 1.5


def test_what_is_no_url_is_refused_before_any_host_is_looked_for() -> None:
    web = Web([FETCHED])
    assert fetch(web, url="http://[") == ["url"]
    assert web.asked == []


def test_a_host_that_names_its_wait_gets_it_as_a_whole(slept: list[float]) -> None:
    web = Web([HostBusy(503, 7.0), FETCHED])
    assert fetch(web) == ["ok"]
    assert web.rests == [7.0]
    assert not slept


def test_31_a_host_that_asks_for_more_than_a_shard_can_wait_is_left_for_later() -> None:
    web = Web([HostBusy(429, MAX_WAIT_S + 1)])
    assert fetch(web) == ["http_429"]
    assert len(web.asked) == 1


def test_a_dead_host_is_left_after_so_many_failures_in_a_row(slept: list[float]) -> None:
    web = Web([CONNECT])
    found = fetch(web, times=GIVE_UP_AFTER + 5, retries=0)
    assert found == ["connect"] * GIVE_UP_AFTER + ["host_left"] * 5
    assert len(web.asked) == GIVE_UP_AFTER


def test_a_host_that_answers_is_not_left_whatever_it_answers() -> None:
    web = Web([*([CONNECT] * (GIVE_UP_AFTER - 1)), GONE, CONNECT, FETCHED, CONNECT])
    found = fetch(web, times=2 * GIVE_UP_AFTER, retries=0)
    assert found.count("host_left") == 0


def test_a_site_that_cannot_be_reached_is_asked_again_and_then_left(slept: list[float]) -> None:
    web = Web([CONNECT])
    client = PatientClient(web, retries=1)  # type: ignore[arg-type]

    async def reach() -> str:
        try:
            await client.reach(URL)
        except RecordError as error:
            return error.outcome
        return "ok"

    found = [asyncio.run(reach()) for _ in range(GIVE_UP_AFTER)]
    tried = GIVE_UP_AFTER // 2  # each of them twice
    assert found == ["connect"] * tried + ["host_left"] * (GIVE_UP_AFTER - tried)
    assert len(web.asked) == GIVE_UP_AFTER
    assert len(slept) == tried
