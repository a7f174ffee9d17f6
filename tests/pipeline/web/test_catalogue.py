"""Cases 48 to 57 of the fault catalogue, against servers on loopback."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.download.options import DownloadOptions
from pipeline.download.shard import download_shard
from pipeline.recipe.web import OBEYED, Web
from pipeline.web.client import WebClient
from pipeline.web.options import WebOptions
from schemas.errors import RecordError
from schemas.records import PoolRow
from tests.pipeline.web.bad_server import (
    Reply,
    Site,
    answer,
    dripping,
    ok,
    redirect,
    reset,
    serve,
    web_options,
)
from tests.samples import make_candidate, make_image
from tests.servers import Answer
from tests.servers import serve as serve_images

CLOSED = "User-agent: *\nDisallow: /\n"
OPEN = "User-agent: *\nDisallow:\n"


async def verdict(client: WebClient, site: Site, path: str = "/x") -> str:
    try:
        await client.fetch(site.url(path), deadline_s=5, max_bytes=1000, accept="*/*")
    except RecordError as error:
        return error.outcome
    return "ok"


def judge(robots: Reply, more: Mapping[str, Reply] | None = None, path: str = "/x") -> str:
    async def run() -> str:
        replies = {path: ok(b"abc"), "/robots.txt": robots, **(more or {})}
        async with serve(replies) as site, client_of(site) as client:
            return await verdict(client, site, path)

    return asyncio.run(run())


def client_of(site: Site) -> WebClient:
    return WebClient(web_options(site.address, robots=True))


def text(body: str | bytes) -> bytes:
    octets = body if isinstance(body, bytes) else body.encode()
    return ok(octets, content_type="text/plain")


def test_48_byte_order_mark() -> None:
    assert judge(text(f"\ufeff{CLOSED}")) == "robots"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("User-agent: WebImageText/1.2\nDisallow: /\n", "robots"),
        ("User-agent: webimagetext\nAllow: /x\n\nUser-agent: *\nDisallow: /\n\n"
         "User-agent: webimagetext\nDisallow: /x\nDisallow: /y\n", "ok"),
        ("User-agent: other\nUser-agent: webimagetext\n\n\nDisallow: /\n", "robots"),
        ("User-agent: *\rDisallow: /\r", "robots"),
        ("User-agent: webimage\nDisallow: /\n", "ok"),
    ],
)  # fmt: skip
def test_49_version_split_and_duplicate_groups_cr_only(body: str, expected: str) -> None:
    assert judge(text(body)) == expected


@pytest.mark.parametrize(("path", "expected"), [("/x", "robots"), ("/y", "ok")])
def test_50_600_kib_with_the_limit_within_a_line(path: str, expected: str) -> None:
    head = "User-agent: *\nDisallow: /x\n"
    cut = "\nDisallow: /"
    filler = "#" * (500 * 1024 - len(head) - len(cut))
    body = f"{head}{filler}{cut}private\n" + "Disallow: /\n" * 8000
    assert len(body) > 600_000
    assert judge(text(body), path=path) == expected


@pytest.mark.parametrize("status", ["404 Not Found", "403 Forbidden", "410 Gone"])
def test_51_client_errors_allow(status: str) -> None:
    assert judge(answer(status)) == "ok"


@pytest.mark.parametrize("status", ["500 Oops", "503 Busy"])
def test_51_server_errors_refuse(status: str) -> None:
    assert judge(answer(status)) == "robots"


def test_51_timeout_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.web.client.ROBOTS_DEADLINE_S", 0.2)
    assert judge(dripping([b"H"] * 100, 0.1)) == "deadline"


def test_51_connection_lost_is_told_as_such() -> None:
    assert judge(reset) == "connect"


def test_51_tls_failure_is_told_as_such() -> None:
    async def plain(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Speak plainly\r\n\r\n")
        writer.close()

    async def run() -> str:
        server = await asyncio.start_server(plain, "127.0.0.1", 0)
        site = Site(port=server.sockets[0].getsockname()[1])
        async with server, client_of(site) as client:
            try:
                url = f"https://{site.address}/x"
                await client.fetch(url, deadline_s=5, max_bytes=9, accept="*/*")
            except RecordError as error:
                return error.outcome
        return "ok"

    assert asyncio.run(run()) == "tls"


def test_51_too_many_requests_is_tried_again_and_then_refuses() -> None:
    async def run(replies: list[bytes]) -> tuple[str, int]:
        async def in_turn(writer: asyncio.StreamWriter) -> None:
            writer.write(replies.pop(0))

        replies_by_path = {"/robots.txt": in_turn, "/x": ok(b"abc")}
        async with serve(replies_by_path) as site, client_of(site) as client:
            found = await verdict(client, site)
        return found, site.requests.count("/robots.txt")

    later = answer("429 Slow down", b"", "Retry-After: 0")
    assert asyncio.run(run([later, later, text(OPEN)])) == ("ok", 3)
    assert asyncio.run(run([later, text(CLOSED)])) == ("robots", 2)
    assert asyncio.run(run([later, later, later, text(OPEN)])) == ("robots", 3)


@pytest.mark.parametrize(("length", "expected"), [(5, "robots"), (6, "robots")])
def test_52_redirects_within_and_beyond_the_limit(length: int, expected: str) -> None:
    hops: dict[str, Reply] = {f"/r{n}": redirect(f"/r{n + 1}") for n in range(1, length)}
    assert judge(redirect("/r1"), {**hops, f"/r{length}": text(CLOSED)}) == expected
    opened = judge(redirect("/r1"), {**hops, f"/r{length}": text(OPEN)})
    assert opened == ("ok" if length == 5 else "robots")


def test_52_redirect_to_another_origin_counts_for_the_first() -> None:
    async def run() -> str:
        async with serve({"/robots.txt": text(CLOSED)}) as other:
            replies = {"/robots.txt": redirect(other.url("/robots.txt")), "/x": ok(b"abc")}
            async with serve(replies) as site:
                options = web_options(site.address, other.address, robots=True)
                async with WebClient(options) as client:
                    return await verdict(client, site)

    assert asyncio.run(run()) == "robots"


def test_52_redirect_to_a_page_has_no_rules() -> None:
    page = ok(b"<!doctype html><title>Sign in</title><p>User-agent: *<br>Disallow: /")
    assert judge(redirect("/login"), {"/login": page}) == "ok"


def test_54_odd_octets_and_many_rules() -> None:
    latin_1 = "User-agent: *\nDisallow: /\xe9\n".encode("latin-1")
    assert judge(text(latin_1), path="/%E9") == "robots"
    assert judge(text(latin_1), path="/%C3%A9") == "robots"
    assert judge(text(b"\x00User-agent: *\x00\nDisallow: /\x00\n")) == "robots"
    rules = "".join(f"Disallow: /{n}\n" for n in range(100_000))
    assert judge(text("User-agent: *\nDisallow: /x\n" + rules)) == "robots"
    assert judge(text(f"User-agent: *\nDisallow: {'/*a' * 50}$\n"), path="/" + "a/" * 900) == "ok"


def gaps(delay: str, connections: int = 4) -> list[float]:
    async def run() -> list[float]:
        robots = text(f"User-agent: *\nCrawl-delay: {delay}\n")
        async with serve({"/robots.txt": robots, "/x": ok(b"abc")}) as site:
            options = web_options(site.address, robots=True, connections=connections)
            async with WebClient(options) as client:
                await asyncio.gather(*(verdict(client, site) for _ in range(3)))
            return [late - early for early, late in pairwise(site.starts[1:])]

    return asyncio.run(run())


def test_55_crawl_delay_spaces_requests_at_the_server() -> None:
    assert min(gaps("0.2")) > 0.15


@pytest.mark.parametrize("delay", ["NaN", "-5", "soon", "0"])
def test_55_a_delay_that_is_none_costs_nothing(delay: str) -> None:
    assert max(gaps(delay)) < 0.2


def test_55_a_huge_delay_is_clamped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.web.robots_rules.MAX_CRAWL_DELAY_S", 0.2)
    assert 0.15 < min(gaps("1e9")) < 0.5


def download(
    tmp_path: Path, answers: Mapping[str, Answer], path: str = "/a.jpg", **web: object
) -> tuple[PoolRow, list[str]]:
    with serve_images({path: Answer(make_image(1)), **answers}) as site:
        options = WebOptions(**Web(allow_address=(site.address,)).model_dump())
        (row,) = download_shard(
            0,
            [make_candidate(1, url=f"{site.origin}{path}")],
            folder=str(tmp_path),
            options=DownloadOptions(image_size=64, deadline_s=5),
            web=replace(options, **web),
        )
        return row, site.asked


def image(**headers: str) -> dict[str, Answer]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"/a.jpg": Answer(make_image(1), headers=named)}


@pytest.mark.parametrize(
    ("tag", "outcome"),
    [
        ("noai", "opt_out"),
        ("noarchive, noimageai", "opt_out"),
        ("unavailable_after: 25 Jun 2040 15:00:00 PST, noai", "opt_out"),
        ("webimagetext: noai", "opt_out"),
        ("otherbot: noai", "ok"),
        ("noarchive", "ok"),
    ],
)
def test_56_x_robots_tag(tmp_path: Path, tag: str, outcome: str) -> None:
    row, _ = download(tmp_path, image(X_Robots_Tag=tag))
    assert row.outcome == outcome


def test_56_two_headers() -> None:
    async def run() -> tuple[tuple[str, str], ...]:
        reply = ok(b"abc", "X-Robots-Tag: otherbot: noai", "X-Robots-Tag: noimageai")
        async with serve({"/x": reply}) as site, WebClient(web_options(site.address)) as client:
            fetched = await client.fetch(site.url("/x"), deadline_s=5, max_bytes=9, accept="*/*")
            return fetched.headers

    tags = [value for name, value in asyncio.run(run()) if name == "X-Robots-Tag"]
    assert tags == ["otherbot: noai", "noimageai"]


TDM_FILE = b'[{"location": "/*.jpg$", "tdm-reservation": 1, "tdm-policy": "https://a/terms"}]'
TDM_PATH = "/.well-known/tdmrep.json"
OF_FILE = "tdmrep.json:tdm-reservation=1"
OF_SITE: dict[str, tuple[dict[str, Answer], str]] = {
    "tdm header": (image(TDM_Reservation="1"), "header:tdm-reservation=1"),
    "tdmrep.json": ({TDM_PATH: Answer(TDM_FILE)}, OF_FILE),
    "usage header": (image(Content_Usage="train-ai=n"), "header:train-ai=n"),
    "usage in robots.txt": (
        {"/robots.txt": Answer(b"User-agent: *\nAllow: /\nContent-Usage: /a train-ai=n\n")},
        "robots:train-ai=n",
    ),
    "signal in robots.txt": (
        {"/robots.txt": Answer(b"User-agent: *\nContent-Signal: search=yes,ai-train=no\n")},
        "robots:ai-train=no",
    ),
    "ai.txt": (
        {"/ai.txt": Answer(b"User-Agent: *\nDisallow: *.jpg\nAllow: /\n")},
        "ai.txt:disallow",
    ),
}


@pytest.mark.parametrize(("answers", "signal"), OF_SITE.values(), ids=OF_SITE)
def test_57_reservations_are_recorded_and_excluded_by_default(
    tmp_path: Path, answers: dict[str, Answer], signal: str
) -> None:
    row, _ = download(tmp_path, answers)
    assert (row.outcome, row.detail, row.http_status) == ("opt_out", signal, 200)
    assert signal in row.opt_out


@pytest.mark.parametrize(("answers", "signal"), OF_SITE.values(), ids=OF_SITE)
def test_57_another_policy_keeps_the_image_and_the_record(
    tmp_path: Path, answers: dict[str, Answer], signal: str
) -> None:
    row, _ = download(tmp_path, answers, obey=("noai",))
    assert row.outcome == "ok"
    assert signal in row.opt_out


def test_57_a_path_rule_holds_for_its_paths_only(tmp_path: Path) -> None:
    row, _ = download(tmp_path, {TDM_PATH: Answer(TDM_FILE)}, path="/a.jpeg")
    assert (row.outcome, row.opt_out) == ("ok", ())


def test_57_an_image_may_override_its_site(tmp_path: Path) -> None:
    answers = {TDM_PATH: Answer(TDM_FILE), **image(TDM_Reservation="0")}
    row, _ = download(tmp_path, answers)
    assert row.outcome == "ok"
    assert OF_FILE in row.opt_out


def test_57_the_terms_are_kept_as_evidence(tmp_path: Path) -> None:
    row, _ = download(tmp_path, {TDM_PATH: Answer(TDM_FILE)})
    assert row.opt_out == ("tdmrep.json:tdm-policy=https://a/terms", OF_FILE)


def test_site_files_are_asked_for_once_and_only_where_something_was_fetched(
    tmp_path: Path,
) -> None:
    _, asked = download(tmp_path / "a", {})
    assert sorted(asked) == sorted(["/robots.txt", "/a.jpg", TDM_PATH, "/ai.txt"])
    assert asked[:2] == ["/robots.txt", "/a.jpg"]
    _, asked = download(tmp_path / "b", {"/a.jpg": Answer(status=404)})
    assert asked == ["/robots.txt", "/a.jpg"]
    _, asked = download(tmp_path / "c", {"/robots.txt": Answer(CLOSED.encode())})
    assert asked == ["/robots.txt"]
    _, asked = download(tmp_path / "d", {}, site_files=False)
    assert asked == ["/robots.txt", "/a.jpg"]


def test_site_files_are_not_asked_for_against_robots_txt(tmp_path: Path) -> None:
    robots = Answer(b"User-agent: *\nDisallow: /ai.txt\nDisallow: /.well-known/\n")
    row, asked = download(tmp_path, {"/robots.txt": robots, TDM_PATH: Answer(TDM_FILE)})
    assert (row.outcome, asked) == ("ok", ["/robots.txt", "/a.jpg"])


def test_site_files_keep_the_crawl_delay() -> None:
    async def run() -> list[float]:
        robots = text("User-agent: *\nCrawl-delay: 0.2\n")
        async with serve({"/robots.txt": robots, "/x": ok(b"abc")}) as site:
            options = web_options(site.address, robots=True, site_files=True)
            async with WebClient(options) as client:
                assert await verdict(client, site) == "ok"
            assert len(site.starts) == 4
            return [late - early for early, late in pairwise(site.starts[1:])]

    assert min(asyncio.run(run())) > 0.15


def test_the_default_policy_is_the_recipe_s() -> None:
    assert Web().obey == OBEYED
