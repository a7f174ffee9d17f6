"""Cases 8 to 10 and 32: names whose addresses deceive, and names and hosts that are not there."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from pipeline.web import patience, resolver
from tests.catalogue.download import OPTIONS, PHOTO, download, outcomes
from tests.name_server import No, Reply, serve_names
from tests.pipeline.web.bad_server import Site, ok, serving, web_options

PUBLIC, PRIVATE = "127.0.0.1", "127.0.0.2"  # by what the tests allow


@contextmanager
def twins() -> Iterator[tuple[Site, Site]]:
    """Two servers at one port, of which only the first may be asked."""
    with (
        serving({"/a.jpg": ok(PHOTO), "/b.jpg": ok(PHOTO)}, host=PUBLIC) as public,
        serving({"/a.jpg": ok(PHOTO)}, host=PRIVATE, port=public.port) as private,
    ):
        yield public, private


@pytest.mark.parametrize("address", ["127.0.0.2", "10.0.0.1", "169.254.169.254", "100.64.0.1"])
def test_08_a_public_name_with_a_private_address(tmp_path: Path, address: str) -> None:
    with twins() as (public, private), serve_names({"www.example": (address,)}) as names:
        url = f"http://www.example:{public.port}/a.jpg"
        found = outcomes(tmp_path, [url], public.address, nameservers=(names.address,))
        assert private.most_at_once == 0
    assert found == ["address"]


def test_08_a_public_name_with_a_private_ipv6_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resolver, "_family", lambda: socket.AF_UNSPEC)
    replies = {"www.example": ("fd00::1", "::ffff:10.0.0.1")}
    with serve_names(replies) as names:
        found = outcomes(tmp_path, ["http://www.example/"], nameservers=(names.address,))
    assert found == ["address"]


def test_09_a_name_that_is_rebound_is_judged_by_what_is_dialled(tmp_path: Path) -> None:
    replies: dict[str, list[Reply]] = {"www.example": [(PUBLIC,), (PRIVATE,)]}
    with twins() as (public, private), serve_names(replies, ttl=0) as names:
        web = web_options(public.address, nameservers=(names.address,))
        url = f"http://www.example:{public.port}/a.jpg"
        found = [
            row.outcome
            for turn in ("first", "second", "third")
            for row in download(tmp_path / turn, [url], web).values()
        ]
        assert names.times("www.example") == 3
        assert private.most_at_once == 0
    assert found == ["ok", "address", "address"]


@pytest.mark.parametrize("addresses", [(PUBLIC, PRIVATE), (PRIVATE, PUBLIC)])
def test_10_a_private_address_beside_a_public_one_is_never_dialled(
    tmp_path: Path, addresses: tuple[str, ...]
) -> None:
    with twins() as (public, private), serve_names({"www.example": addresses}) as names:
        urls = [f"http://www.example:{public.port}/{name}.jpg" for name in "ab"]
        web = replace(web_options(public.address, nameservers=(names.address,)), host_connections=1)
        found = [row.outcome for row in download(tmp_path, urls, web).values()]
        assert private.most_at_once == 0
    assert found == ["ok", "ok"]


def test_10_nor_when_the_public_one_does_not_answer(tmp_path: Path) -> None:
    with serving({}, host=PRIVATE) as private:
        replies = {"www.example": (PUBLIC, PRIVATE)}
        with serve_names(replies) as names:
            url = f"http://www.example:{private.port}/a.jpg"
            allowed = f"{PUBLIC}:{private.port}"
            found = outcomes(tmp_path, [url], allowed, nameservers=(names.address,))
        assert private.most_at_once == 0
    assert found == ["address"]


@pytest.fixture
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolver, "TIMEOUT_S", 0.3)
    monkeypatch.setattr(patience, "backoff_s", lambda tried, base_s: 0.05)


NAMES = {
    "unknown.example": (No.NAME, "the name does not exist (NXDOMAIN)", 1),
    "empty.example": (No.ADDRESS, "the name has no address (NODATA)", 1),
    "broken.example": (No.LUCK, "the resolver failed (SERVFAIL)", 2),
    "closed.example": (No.LEAVE, "the resolver refused the question (REFUSED)", 2),
    "silent.example": (No.WORD, "no resolver answered in time", 2),
}


@pytest.mark.usefixtures("_hurry")
@pytest.mark.parametrize("name", NAMES)
def test_32_a_name_without_address_is_tried_again_only_if_that_may_help(
    tmp_path: Path, name: str
) -> None:
    reply, detail, tries = NAMES[name]
    with serve_names({name: reply}) as names:
        web = web_options(nameservers=(names.address,))
        url = f"http://{name}/a.jpg"
        options = replace(OPTIONS, retries=1)
        (row,) = download(tmp_path, [url], web, options).values()
        asked = names.times(name)
    assert (row.outcome, row.detail) == ("dns", detail)
    assert asked == (1 if tries == 1 else tries * resolver.TRIES)


@pytest.mark.usefixtures("_hurry")
@pytest.mark.parametrize("robots", [False, True])
def test_32_a_resolver_that_recovers_is_believed(tmp_path: Path, robots: bool) -> None:
    fails: list[Reply] = [No.LUCK] * resolver.TRIES
    with (
        serving({"/a.jpg": ok(PHOTO)}) as site,
        serve_names({"www.example": [*fails, (PUBLIC,)]}) as names,
    ):
        web = web_options(site.address, robots=robots, nameservers=(names.address,))
        url = f"http://www.example:{site.port}/a.jpg"
        (row,) = download(tmp_path, [url], web, replace(OPTIONS, retries=1)).values()
    assert row.outcome == "ok"


def test_32_silent_resolvers_keep_no_other_url_waiting(tmp_path: Path) -> None:
    silent: dict[str, Reply] = {f"silent{n}.example": No.WORD for n in range(40)}
    with (
        serving({"/a.jpg": ok(PHOTO)}) as site,
        serve_names({**silent, "www.example": (PUBLIC,)}) as names,
    ):
        web = web_options(site.address, nameservers=(names.address,))
        urls = [f"http://{name}/a.jpg" for name in silent]
        last = f"http://www.example:{site.port}/a.jpg"
        options = replace(OPTIONS, deadline_s=1.5)  # less than the first try of a name
        rows = download(tmp_path, [*urls, last], web, options)
    assert rows[last].outcome == "ok"
    assert {rows[url].outcome for url in urls} == {"deadline"}


@contextmanager
def resetting(start: bytes) -> Iterator[str]:
    """Yields the address of a server that resets each connection after so many bytes."""
    listener = socket.create_server((PUBLIC, 0))

    def run() -> None:
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            with peer:
                peer.recv(10_000)
                peer.sendall(start)
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    thread = Thread(target=run)
    thread.start()
    try:
        yield f"{PUBLIC}:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


@pytest.mark.usefixtures("_hurry")
@pytest.mark.parametrize(
    ("start", "outcome"),
    [
        (b"", "connect"),
        (b"HTTP/1.1 200 OK\r\nContent-Le", "connect"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + PHOTO[:500], "truncated"),
    ],
)
def test_32_a_connection_that_is_reset_is_tried_a_bounded_number_of_times(
    tmp_path: Path, start: bytes, outcome: str
) -> None:
    with resetting(start) as address:
        url = f"http://{address}/a.jpg"
        options = replace(OPTIONS, retries=2)
        (row,) = download(tmp_path, [url], web_options(address), options).values()
    assert row.outcome == outcome


@pytest.mark.usefixtures("_hurry")
def test_32_a_port_where_nobody_listens(tmp_path: Path) -> None:
    with socket.create_server((PUBLIC, 0)) as listener:
        address = f"{PUBLIC}:{listener.getsockname()[1]}"
    (row,) = download(tmp_path, [f"http://{address}/"], web_options(address)).values()
    assert (row.outcome, row.detail) == ("connect", "no connection")
