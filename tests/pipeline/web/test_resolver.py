import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Mapping

import pytest

from pipeline.web import resolver
from pipeline.web.failures import NameFailed
from pipeline.web.resolver import Resolver
from tests.name_server import NameServer, No, Reply, serve_names

DEAD_RUN = """
import asyncio, sys
from pipeline.web.resolver import Resolver

async def main():
    asyncio.create_task(Resolver((sys.argv[1],)).resolve("silent.test"))
    await asyncio.sleep(0.2)
    if sys.argv[2] == "raises":
        raise KeyboardInterrupt

asyncio.run(main())
"""


FORKED_RUN = """
import asyncio, os, sys
from pipeline.web.resolver import Resolver

def ask():
    return asyncio.run(asyncio.wait_for(Resolver((sys.argv[1],)).resolve("a.test"), 10))

ask()
if child := os.fork():
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
sys.exit(0 if ask()[0]["host"] == "192.0.2.1" else 1)
"""


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolver, "TIMEOUT_S", 0.3)


async def look_up(names: Resolver, host: str) -> list[str] | NameFailed:
    try:
        return [found["host"] for found in await names.resolve(host, 80)]
    except NameFailed as error:
        return error


def ask(server: NameServer, *hosts: str) -> list[list[str] | NameFailed]:
    async def run() -> list[list[str] | NameFailed]:
        return [await look_up(Resolver((server.address,)), host) for host in hosts]

    return asyncio.run(run())


def details(replies: Mapping[str, Reply | list[Reply]], **zone: int | bool) -> dict[str, object]:
    with serve_names(replies, **zone) as server:
        found = dict(zip(replies, ask(server, *replies), strict=True))
    return {
        name: (why.detail, why.is_answer) if isinstance(why, NameFailed) else why
        for name, why in found.items()
    }


def test_each_way_to_have_no_address_is_told_apart() -> None:
    replies = {f"{no.name.lower()}.test": no for no in No}
    assert details(replies) == {
        "name.test": ("the name does not exist (NXDOMAIN)", True),
        "address.test": ("the name has no address (NODATA)", True),
        "luck.test": ("the resolver failed (SERVFAIL)", False),
        "leave.test": ("the resolver refused the question (REFUSED)", False),
        "word.test": ("no resolver answered in time", False),
        "sense.test": ("the resolver's answer cannot be read", False),
    }


def test_a_server_that_is_not_there_cannot_be_reached() -> None:
    with serve_names({}) as server:
        pass
    (found,) = ask(server, "a.test")
    assert isinstance(found, NameFailed)
    assert found.detail == "no resolver can be reached"


def test_what_is_no_host_name_is_asked_nowhere() -> None:
    with serve_names({}) as server:
        for found in ask(server, ".", "a..b", "a" * 70 + ".test"):
            assert isinstance(found, NameFailed)
            assert (found.detail, found.is_answer) == ("no host name", True)
        assert server.asked == []


def test_all_addresses_come_of_both_families(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolver, "_family", lambda: socket.AF_UNSPEC)
    addresses = ("192.0.2.1", "192.0.2.2", "2001:db8::1")
    with serve_names({"a.test": addresses}) as server:
        (found,) = ask(server, "a.test")
        assert {kind for _, kind in server.asked} == {"A", "AAAA"}
    assert sorted(found) == sorted(addresses)


def test_without_a_way_to_ipv6_only_ipv4_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolver, "_ROUTE", ("no address", 53))
    resolver._family.cache_clear()
    with serve_names({"a.test": ("192.0.2.1",)}) as server:
        assert ask(server, "a.test") == [["192.0.2.1"]]
        assert server.asked == [("a.test", "A")]
    resolver._family.cache_clear()


def test_an_answer_too_long_for_a_packet_comes_over_tcp() -> None:
    with serve_names({"a.test": ("192.0.2.1",)}, only_tcp=True) as server:
        assert ask(server, "a.test") == [["192.0.2.1"]]
        assert ("a.test", "A") in server.asked_tcp


def test_localhost_and_addresses_are_asked_nowhere() -> None:
    with serve_names({}) as server:
        found = ask(server, "localhost", "127.0.0.1", "::1")
        assert server.asked == []
    assert "127.0.0.1" in found[0]
    assert found[1:] == [["127.0.0.1"], ["::1"]]


def test_a_name_is_kept_as_long_as_its_answer_says_and_over_loops() -> None:
    with serve_names({"a.test": ("192.0.2.1",)}, ttl=1) as server:
        for _ in range(2):
            ask(server, "a.test", "a.test")
        assert server.times("a.test") == 1
        time.sleep(2.1)  # c-ares counts in whole seconds
        ask(server, "a.test")
        assert server.times("a.test") == 2


def test_a_name_that_does_not_exist_is_kept_as_long_as_its_zone_says() -> None:
    with serve_names({}, minimum=1) as server:
        for _ in range(2):
            ask(server, "a.test", "a.test")
        assert server.times("a.test") == 1
        time.sleep(2.1)
        ask(server, "a.test")
        assert server.times("a.test") == 2


@pytest.mark.parametrize("no", [No.LUCK, No.LEAVE, No.WORD])
def test_a_resolver_out_of_reach_says_nothing_about_the_name(no: No) -> None:
    with serve_names({"a.test": [no] * resolver.TRIES + [("192.0.2.1",)]}) as server:
        first, second = ask(server, "a.test", "a.test")
        assert isinstance(first, NameFailed)
        assert second == ["192.0.2.1"]


def test_silent_names_keep_no_other_waiting() -> None:
    """On the default executor getaddrinfo would begin with the last one when the first gave up."""
    replies: dict[str, Reply] = {f"silent{n}.test": No.WORD for n in range(100)}

    async def run(server: NameServer) -> int:
        names = Resolver((server.address,))
        silent = [asyncio.create_task(look_up(names, host)) for host in replies]
        await asyncio.sleep(0)
        assert await look_up(names, "good.test") == ["192.0.2.1"]
        left = sum(not task.done() for task in silent)
        await asyncio.gather(*silent)
        return left

    with serve_names({**replies, "good.test": ("192.0.2.1",)}) as server:
        assert asyncio.run(run(server)) == 100


def test_what_is_kept_of_names_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolver, "MAX_NAMES", 2)
    with serve_names({"a.test": ("192.0.2.1",)}) as server:
        ask(server, *["a.test"] * 4)
        assert server.times("a.test") == 2


@pytest.mark.parametrize("end", ["returns", "raises"])
def test_a_process_ends_while_a_name_is_being_asked_for(end: str) -> None:
    with serve_names({"silent.test": No.WORD}) as server:
        ran = subprocess.run(
            [sys.executable, "-c", DEAD_RUN, server.address, end],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
        assert server.times("silent.test") == 1  # it ended before the second try
    assert (ran.returncode == 0) == (end == "returns")
    assert "Exception ignored" not in ran.stderr


def test_a_forked_process_has_a_channel_of_its_own() -> None:
    with serve_names({"a.test": ("192.0.2.1",)}) as server:
        command = [sys.executable, "-c", FORKED_RUN, server.address]
        assert subprocess.run(command, timeout=20, check=False).returncode == 0
        assert server.times("a.test") == 2
