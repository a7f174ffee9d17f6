import asyncio
import socket
from collections.abc import Callable

import aiohttp
import pytest

from pipeline.web import resolver
from pipeline.web.resolver import UNKNOWN_TTL_S, Resolver


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[[int | None], list[str]]:
    """Replaces the system's resolver by one that fails with an errno, or finds every name."""

    def set_up(errno: int | None) -> list[str]:
        names: list[str] = []

        async def resolve(self: object, host: str, port: int = 0, family: int = 0) -> list[str]:
            names.append(host)
            if errno is not None:
                raise socket.gaierror(errno, "as the test says")
            return ["found"]

        monkeypatch.setattr(aiohttp.ThreadedResolver, "resolve", resolve)
        return names

    return set_up


def resolve(*hosts: str, clock: Clock, pause_s: float = 0.0) -> None:
    async def run() -> None:
        names = Resolver(clock)
        for host in hosts:
            with pytest.raises(socket.gaierror):
                await names.resolve(host)
            clock.now += pause_s

    asyncio.run(run())


def test_a_name_that_does_not_exist_is_asked_for_once(asked: Callable[..., list[str]]) -> None:
    names = asked(socket.EAI_NONAME)
    resolve("a.invalid", "a.invalid", "b.invalid", "a.invalid", clock=Clock())
    assert names == ["a.invalid", "b.invalid"]


def test_it_may_come_to_exist(asked: Callable[..., list[str]]) -> None:
    names = asked(socket.EAI_NONAME)
    resolve("a.invalid", "a.invalid", clock=Clock(), pause_s=UNKNOWN_TTL_S + 1)
    assert len(names) == 2


def test_a_resolver_out_of_reach_is_asked_again(asked: Callable[..., list[str]]) -> None:
    names = asked(socket.EAI_AGAIN)
    resolve("a.org", "a.org", clock=Clock())
    assert len(names) == 2


def test_the_memory_is_bounded(
    asked: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resolver, "MAX_UNKNOWN", 2)
    names = asked(socket.EAI_NONAME)
    resolve("a", "b", "c", "a", clock=Clock())
    assert names == ["a", "b", "c", "a"]
