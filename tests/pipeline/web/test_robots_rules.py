import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.web.robots_rules import MAX_BYTES, MAX_LINE_CHARS, parse_robots
from tests.pipeline.web.robots_cases import BYTE_ORDER_MARKS, GOOGLE, RFC_9309, Case

SITE = "http://a.example"
URL = f"{SITE}/private/x.jpg"
ANY = "User-agent: *\n"


def allows(text: str | bytes, path: str, robot: str = "FooBot") -> bool:
    body = text if isinstance(text, bytes) else text.encode()
    return parse_robots(body, robot).allows(f"{SITE}{path}")


@pytest.mark.parametrize("case", RFC_9309 + GOOGLE, ids=lambda case: case.source)
def test_table_of_rfc_9309_and_google(case: Case) -> None:
    rules = parse_robots(case.text.encode(), case.robot)
    verdicts = {
        path: rules.allows(SITE + path) for path in f"{case.allowed} {case.refused}".split()
    }
    assert verdicts == {
        **dict.fromkeys(case.allowed.split(), True),
        **dict.fromkeys(case.refused.split(), False),
    }


@pytest.mark.parametrize(("mark", "is_read"), BYTE_ORDER_MARKS)
def test_a_byte_order_mark_is_skipped_even_if_it_was_cut(mark: bytes, is_read: bool) -> None:
    assert allows(mark + b"User-Agent: foobot\nDisallow: /", "/") != is_read


def test_a_byte_order_mark_within_the_file_spoils_its_line_only() -> None:
    assert not allows("User-agent: *\nDisallow: /a\n\ufeffAllow: /a/b", "/a/b")


@pytest.mark.parametrize(
    ("text", "is_allowed"),
    [
        ("User-agent: FooBot/1.2\nDisallow: /", False),
        ("User-agent: FooBot 1.2\nDisallow: /", False),
        ("user-agent: foobot # us\nDisallow: /", False),
        ("User-agent: FooBot*\nDisallow: /", False),
        ("User-agent: FooBot; +http://x\nDisallow: /", False),
        ("User-agent: FooBotImages\nDisallow: /", True),
        ("User-agent: FooBot-Images\nDisallow: /", True),
        ("User-agent: MyFooBot\nDisallow: /", True),
        ("User-agent: * bots\nDisallow: /", False),
        ("User-agent: *bot\nDisallow: /", True),
        ("User-agent:\nDisallow: /", True),
        ("User-agent: FooBot\nUser-agent: FooBot\nDisallow: /", False),
        ("User-agent: Other\nUser-agent: FooBot\nDisallow: /", False),
        ("User-agent: Other\n\nUser-agent: FooBot\nDisallow: /", False),
        ("User-agent: FooBot\nAllow: /a\nUser-agent: *\nAllow: /\nUser-agent: FooBot\nDisallow: /p",
         False),
        (ANY + "Disallow: /\n\nUser-agent: FooBot\nAllow: /", True),
        (ANY + "Disallow: /\n\nUser-agent: FooBot", True),
        # A record that we read ends the names of its group, as google/robotstxt has it.
        (ANY + "Crawl-delay: 1\nUser-agent: Bad\nDisallow: /", True),
        (ANY + "Noindex: /x\nUser-agent: Bad\nDisallow: /", True),
        (ANY + "\rDisallow: /private\r", False),
        (ANY + "Disallow: /\r\nAllow: /private/x", True),
        (ANY + "  Disallow\t:\t/private", False),
        (ANY + "Disallow /private", False),
        (ANY + "Disallow /private/ and more", True),
        (ANY + "Disallow: /*.jpg$", False),
        (ANY + "Disallow: /private\x0c/x.jpg", True),
        (ANY + "Disallow: /private\x0cDisallow: /", True),
        (ANY + "Crawl-delay: 1\x0cDisallow: /", True),
        (ANY + "nonsense\n\x00\nDis\x00allow: /", False),
        (ANY + "Disallow: private", False),
        (ANY + "Disallow: private\nAllow: private/x", False),
        (ANY + "Disallowed: /", False),
        (ANY + "Disallow: /\nAllowed: /", False),
        (ANY + "User-agents are robots\nDisallow: /", False),
        ("<html><body>User-agent: *</body></html>", True),
    ],
)  # fmt: skip
def test_what_the_rfc_leaves_open(text: str, is_allowed: bool) -> None:
    assert allows(text, "/private/x.jpg") == is_allowed


@pytest.mark.parametrize(
    "word", ["disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"]
)
@pytest.mark.parametrize("name", ["user-agent", "useragent", "user agent"])
def test_misspellings_that_google_reads(name: str, word: str) -> None:
    assert not allows(f"{name}: foobot\n{word}: /", "/")
    assert not allows(f"{name} foobot\n{word} /", "/")


def test_catalogue_48_byte_order_mark() -> None:
    assert not allows("\ufeffUser-agent: *\nDisallow: /", "/x")


def test_catalogue_50_a_rule_within_the_limit_counts_and_the_cut_line_does_not() -> None:
    head = b"User-agent: *\nDisallow: /private\n"
    filler = b"#" * (MAX_BYTES - len(head) - len(b"\nAllow: /private/"))
    body = head + filler + b"\nAllow: /private/x.jpg\nDisallow: /\n"
    assert body[:MAX_BYTES].endswith(b"\nAllow: /private/")
    assert not allows(body, "/private/x.jpg")
    assert allows(body, "/")


def test_a_line_that_ends_at_the_limit_counts() -> None:
    line = b"\nDisallow: /"
    head = b"User-agent: *\n"
    body = head + b"#" * (MAX_BYTES - len(head) - len(line)) + line
    assert not allows(body + b"\nAllow: /a", "/a")
    assert allows(body + b"b\n", "/a")


def test_catalogue_54_latin_1_path_is_meant_in_either_encoding() -> None:
    body = "User-agent: *\nDisallow: /café\n".encode("latin-1")
    assert not allows(body, "/caf%E9/x")
    assert not allows(body, "/caf%C3%A9/x")
    assert allows(body, "/caf%E8/x")
    closed_but = "User-agent: *\nDisallow: /\nAllow: /café\n".encode("latin-1")
    assert allows(closed_but, "/caf%E9/x")
    assert not allows(closed_but, "/caf%C3%A9/x")


def test_catalogue_54_nul_and_utf_16() -> None:
    assert not allows("\x00User-agent: *\n\x00Disallow: /\x00", "/x")
    assert not allows("User-agent: *\nDisallow: /".encode("utf-16"), "/x")


def test_catalogue_54_a_hundred_thousand_rules_parse_in_two_seconds() -> None:
    body = ANY.encode() + b"".join(b"Disallow: /%d*x\n" % n for n in range(100_000))
    start = time.perf_counter()
    rules = parse_robots(body, "foobot")
    assert time.perf_counter() - start < 2
    assert not rules.allows(f"{SITE}/7yyx")


def test_catalogue_54_fifty_wildcards_match_in_fifty_milliseconds() -> None:
    rules = parse_robots(f"{ANY}Disallow: /{'a*' * 50}b$".encode(), "foobot")
    start = time.perf_counter()
    assert rules.allows(f"{SITE}/{'a' * 2000}")
    assert not rules.allows(f"{SITE}/{'a' * 1900}b")
    assert time.perf_counter() - start < 0.05


@pytest.mark.parametrize(
    ("value", "delay_s"),
    [("0.5", 0.5), ("10", 10), ("1e9", 30), ("nan", 0), ("inf", 0), ("-5", 0), ("x", 0), ("", 0),
     ("3 seconds", 3)],
)  # fmt: skip
def test_catalogue_55_crawl_delay_is_clamped(value: str, delay_s: float) -> None:
    body = f"User-agent: FooBot\nCrawl-delay: {value}\n".encode()
    assert parse_robots(body, "foobot").crawl_delay_s == delay_s


def test_sitemaps_stand_anywhere() -> None:
    text = "Sitemap: http://a/1\nUser-agent: x\nSite-map: http://a/2\nDisallow: /\nSITEMAPS:/3 \n"
    assert parse_robots(text.encode(), "foobot").sitemaps == ("http://a/1", "http://a/2", "/3")


USAGE = """User-Agent: *
Allow: /
Disallow: /never/
Content-Usage: train-ai=n
Content-Usage: /ai-ok/ train-ai=y

User-Agent: ExampleBot
Allow: /
Content-Usage: train-ai=y
"""


@pytest.mark.parametrize(
    ("text", "robot", "path", "signals"),
    [
        # draft-ietf-aipref-attach-05, 3.4
        (USAGE, "foobot", "/test", "robots:train-ai=n"),
        (USAGE, "foobot", "/ai-ok/test", "robots:train-ai=y"),
        (USAGE, "examplebot", "/test", "robots:train-ai=y"),
        # of equal paths all count
        (ANY + "Content-Usage: /a train-ai=n\nContent-Usage: /a train-ai=y, search=n", "foobot",
         "/a", "robots:search=n robots:train-ai=n robots:train-ai=y"),
        (ANY + "Content-Usage: /*.jpg$ train-ai=n", "foobot", "/a.jpg", "robots:train-ai=n"),
        (ANY + "Content-Usage: /*.jpg$ train-ai=n", "foobot", "/a.jpg?b", ""),
        (ANY + "Content-Usage: /a\nContent-Usage:\nContent-Usage: \x00,=;", "foobot", "/a", ""),
        # as Cloudflare writes it
        (ANY + "Content-signal: search=yes,ai-train=no\nAllow: /\n\nUser-agent: CCBot\nDisallow: /",
         "foobot", "/", "robots:ai-train=no robots:search=yes"),
        # before any group it can only be meant for all
        ("Content-Usage: train-ai=n\nUser-agent: foobot\nDisallow:", "foobot", "/",
         "robots:train-ai=n"),
        ("User-agent: other\nContent-Usage: train-ai=n", "foobot", "/", ""),
    ],
)  # fmt: skip
def test_usage_preferences(text: str, robot: str, path: str, signals: str) -> None:
    rules = parse_robots(text.encode(), robot)
    assert rules.signals(f"{SITE}{path}") == tuple(signals.split())


def test_a_line_is_cut_and_not_dropped() -> None:
    path = "/" + "a" * MAX_LINE_CHARS
    assert not allows(f"{ANY}Disallow: {path}\n", f"{path}b")


@given(st.binary(max_size=300))
def test_any_bytes_parse(body: bytes) -> None:
    rules = parse_robots(body, "foobot")
    assert rules.allows(f"{SITE}/robots.txt")
    assert isinstance(rules.allows(URL), bool)
    assert 0 <= rules.crawl_delay_s <= 30
    assert list(rules.signals(URL)) == sorted(set(rules.signals(URL)))


RECORDS = st.sampled_from(
    ["User-agent: *", "User-agent: foobot", "User-agent: x", "Disallow: /a", "Allow: /a/b",
     "Disallow: /a/b", "Disallow: /*b$", "Allow: /", "", "Sitemap: s", "Foo: bar"]
)  # fmt: skip


@given(st.lists(RECORDS, max_size=12), st.sampled_from(["\n", "\r\n", "\r"]))
def test_line_ends_and_comments_change_nothing(lines: list[str], end: str) -> None:
    plain = parse_robots("\n".join(lines).encode(), "foobot")
    noisy = parse_robots(end.join(f" {line} # Disallow: /" for line in lines).encode(), "foobot")
    for path in ("/", "/a", "/a/b", "/a/bc", "/b"):
        assert plain.allows(SITE + path) == noisy.allows(SITE + path)


@given(st.lists(RECORDS, max_size=12))
def test_more_disallows_never_allow_more(lines: list[str]) -> None:
    before = parse_robots("\n".join(lines).encode(), "foobot")
    after = parse_robots("\n".join([*lines, "Disallow: /a/b"]).encode(), "foobot")
    for path in ("/", "/a", "/a/b", "/a/bc", "/b"):
        assert before.allows(SITE + path) or not after.allows(SITE + path)


def test_real_files_parse_and_those_that_name_img2dataset_refuse_it(shared_data: Path) -> None:
    files = sorted((shared_data / "robots" / "files").iterdir())
    assert len(files) == 433
    for path in files:
        parse_robots(path.read_bytes(), "webimagetext").allows("https://a.example/x.jpg")
    listed = (shared_data / "robots" / "ai-robots-txt" / "robots.txt").read_bytes()
    assert not parse_robots(listed, "img2dataset").allows("https://a.example/x.jpg")
    assert parse_robots(listed, "img2").allows("https://a.example/x.jpg")
