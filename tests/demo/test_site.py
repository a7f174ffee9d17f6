"""The site is walked with the standard library and selectolax alone: a second opinion."""

import hashlib
import http.client
import io
import json
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import pytest
from PIL import Image
from selectolax.lexbor import LexborHTMLParser

from demo.gallery import phash
from demo.pictures import decode
from demo.server import SiteServer
from demo.site import make_site
from schemas.outcomes import Stage

AGENT = "webimagetext"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def _open(url: str, timeout: float = 2):
    opener = urllib.request.build_opener(_NoRedirect)
    request = urllib.request.Request(url, headers={"User-Agent": f"{AGENT}/test"})
    try:
        return opener.open(request, timeout=timeout)
    except urllib.error.HTTPError as error:
        return error


class Walk:
    """Walks all pages breadth first and sorts every image into an outcome or a candidate."""

    def __init__(self, seed: str) -> None:
        self.robots = RobotFileParser(urljoin(seed, "/robots.txt"))
        self.robots.parse(_open(self.robots.url).read().decode().splitlines())
        self.outcomes: Counter[str] = Counter()
        self.candidates: list[tuple[str, str, bool]] = []  # URL, text, opted out
        self.pages = 0
        queue, self._seen = [seed], {seed}
        while queue:
            queue += self._visit(queue.pop(0))

    def _visit(self, url: str) -> list[str]:
        if not self.robots.can_fetch(AGENT, url):
            self.outcomes["robots"] += 1
            return []
        answer = _open(url)
        if answer.status != 200:
            self.outcomes[f"http_{answer.status}"] += 1
            return []
        self.pages += 1
        tree = LexborHTMLParser(_decode(answer.read(), answer.headers))
        base = tree.css_first("base")
        start = urljoin(url, base.attributes["href"]) if base else url
        meta = [m.attributes["content"] for m in tree.css('meta[name="robots"]')]
        opted_out = "noimageai" in str([meta, answer.headers["X-Robots-Tag"]])
        for image in tree.css("img"):
            self._sort(image.attributes, start, opted_out)
        links = [urldefrag(urljoin(start, a.attributes["href"]))[0] for a in tree.css("a[href]")]
        fresh = [link for link in dict.fromkeys(links) if link not in self._seen]
        self._seen.update(fresh)
        return fresh

    def _sort(self, attributes: dict, start: str, opted_out: bool) -> None:
        src, alt = ((attributes.get(n) or "").strip() for n in ("src", "alt"))
        outcome = _judge(src, alt)
        if outcome:
            self.outcomes[outcome] += 1
        else:
            self.candidates.append((urljoin(start, src), " ".join(alt.split()), opted_out))


def _judge(src: str, alt: str) -> str | None:
    if not src:
        return "no_src"
    if src.startswith("data:"):
        return "data_uri"
    if not alt:
        return "no_alt"
    if src.startswith("ftp:"):
        return "scheme"
    return "url" if "[" in src or "@" in src else None


def _decode(body: bytes, headers) -> str:
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return body.decode("utf-16")
    declared = headers.get_content_charset()
    return body.decode(declared or ("iso-8859-1" if b'charset="iso-8859-1' in body else "utf-8"))


@pytest.fixture(scope="module")
def walk(server: SiteServer) -> Walk:
    return Walk(server.url)


def test_crawl_finds_what_was_planted(plan, walk):
    assert dict(walk.outcomes) == plan.expected[Stage.CRAWL]
    assert walk.pages == plan.pages
    assert len(walk.candidates) == plan.candidates


def test_opted_out_and_repeated_pairs_are_as_planned(plan, walk):
    select = plan.expected[Stage.SELECT]
    assert sum(opted_out for *_, opted_out in walk.candidates) == select["opt_out"]
    again = Counter((url, text) for url, text, _ in walk.candidates)
    repeated = sum(n - 1 for n in again.values())
    assert repeated == select["duplicate_url_text"]


def _selected(walk: Walk) -> list[str]:
    urls = dict.fromkeys((u, t) for u, t, out in walk.candidates if not out)
    dropped = ("/img/text/", "/img/foreign/")
    return [url for url, _ in urls if not urlsplit(url).path.startswith(dropped)]


BROKEN = {
    http.client.IncompleteRead: "truncated",
    http.client.RemoteDisconnected: "connect",
    http.client.BadStatusLine: "protocol",
    TimeoutError: "deadline",
}


def _fetch(url: str, hops: int = 0) -> tuple[str, bytes]:
    if urlsplit(url).hostname != "127.0.0.1":
        return "address", b""
    if hops > 5:
        return "redirects", b""
    try:
        answer = _open(url, timeout=0.2 if "/slow/" in url else 2)
        if answer.status == 302:
            return _fetch(urljoin(url, answer.headers["Location"]), hops + 1)
        return _judge_answer(answer)
    except tuple(BROKEN) as error:
        return BROKEN[type(error)], b""


def _judge_answer(answer) -> tuple[str, bytes]:
    if answer.status != 200:
        return f"http_{answer.status}", b""
    tags = str(answer.headers["X-Robots-Tag"])
    if "ai" in tags and "otherbot" not in tags:
        return "opt_out", b""
    if answer.headers["TDM-Reservation"] == "1" or answer.headers["Content-Usage"]:
        return "opt_out", b""
    if int(answer.headers["Content-Length"]) > 2_000_000:
        return "too_large", b""
    return _judge_body(answer.read())


def _judge_body(body: bytes) -> tuple[str, bytes]:
    if not body:
        return "empty", b""
    if body.startswith(b"<"):
        return "not_image", b""
    try:
        Image.open(io.BytesIO(body)).load()
    except OSError:
        return "decode", b""
    return "ok", body


def _drop_duplicates(bodies: list[bytes]) -> Counter[str]:
    outcomes: Counter[str] = Counter()
    kept: list[int] = []
    unique = {hashlib.sha256(body).digest(): body for body in bodies}
    outcomes["duplicate_sha256"] = len(bodies) - len(unique)
    for body in unique.values():
        value = phash(decode(body))
        if any((value ^ other).bit_count() <= 4 for other in kept):
            outcomes["near_duplicate"] += 1
        else:
            kept.append(value)
    outcomes["kept"] = len(kept)
    return outcomes


def _reserved_folders(seed: str) -> set[str]:
    rules = json.load(_open(urljoin(seed, "/.well-known/tdmrep.json")))
    lines = [
        line.split()
        for path in ("/robots.txt", "/ai.txt")
        for line in _open(urljoin(seed, path)).read().decode().splitlines()
        if line.startswith("Content-Usage") or (path == "/ai.txt" and "Disallow" in line)
    ]
    return {rule["location"] for rule in rules} | {
        words[1].removesuffix("*.jpg") for words in lines
    }


def _ask(url: str, walk: Walk, reserved: set[str]) -> tuple[str, bytes]:
    if not walk.robots.can_fetch(AGENT, url):
        return "robots", b""
    outcome, body = _fetch(url)
    if outcome == "ok" and urlsplit(url).path.startswith(tuple(reserved)):
        return "opt_out", b""
    return outcome, body


def test_images_answer_as_planned_and_what_is_left_is_what_is_kept(plan, server, walk):
    reserved = _reserved_folders(server.url)
    assert len(reserved) == 3
    answers = [_ask(url, walk, reserved) for url in _selected(walk)]
    outcomes = Counter(outcome for outcome, _ in answers)
    good = [body for outcome, body in answers if outcome == "ok"]
    assert outcomes == {**plan.expected[Stage.DOWNLOAD], "ok": len(good)}
    sizes = [sorted(decode(body).size) for body in good]
    small = sum(short < 64 for short, _ in sizes)
    long = sum(short >= 64 and side > 3 * short for short, side in sizes)
    assert {"image_too_small": small, "image_too_long": long} == plan.expected[Stage.FILTER]
    fit = [b for b, (s, side) in zip(good, sizes, strict=True) if s >= 64 and side <= 3 * s]
    assert _drop_duplicates(fit) == {**plan.expected[Stage.DEDUPE], "kept": plan.kept}


def test_walk_never_asked_for_what_robots_txt_forbids(server, walk):
    paths = {row["path"] for row in server.read_log()}
    assert not [path for path in paths if path.startswith(("/staff/", "/img/private/"))]


def test_same_seed_makes_the_same_files(plan, tmp_path):
    make_site(str(tmp_path))
    first, second = (_digests(Path(folder)) for folder in (plan.folder, tmp_path))
    assert first == second


def _digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "access.jsonl"
    }
