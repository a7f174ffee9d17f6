from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.web.robots_rules import MAX_BYTES, parse_robots

URL = "http://a.example/private/x.jpg"


@pytest.mark.parametrize(
    ("text", "allows"),
    [
        ("User-agent: *\nDisallow: /private", False),
        ("\ufeffUser-agent: *\nDisallow: /", False),
        ("User-agent: FooBot/1.2\nDisallow: /", False),
        ("user-agent: foobot # us\nDisallow: /", False),
        ("User-agent: FooBot*\nDisallow: /", False),
        ("User-agent: Foo\nDisallow: /", True),
        ("User-agent: FooBotImages\nDisallow: /", True),
        ("User-agent: MyFooBot\nDisallow: /", True),
        ("User-agent: Other\nDisallow: /\nUser-agent: FooBot\nDisallow:", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: FooBot\nAllow: /", True),
        ("User-agent: Other\nUser-agent: FooBot\nDisallow: /", False),
        ("User-agent: FooBot\nAllow: /a\nUser-agent: *\nAllow: /\nUser-agent: FooBot\nDisallow: /p",
         False),
        ("User-agent: *\rDisallow: /private\r", False),
        ("User-agent: *\r\nDisallow: /\r\nAllow: /private/x", True),
        ("User-agent: *\nDisallow: /*.jpg$", False),
        ("User-agent: *\nnonsense\n\x00\nDisallow: /", False),
        ("<html><body>User-agent: *</body></html>", True),
        ("", True),
    ],
)  # fmt: skip
def test_rules_of_rfc_9309(text: str, allows: bool) -> None:
    assert parse_robots(text.encode(), "FooBot").allows(URL) == allows


def test_a_rule_within_the_limit_counts_and_the_cut_line_does_not() -> None:
    head = b"User-agent: *\nDisallow: /private\n"
    filler = b"#" * (MAX_BYTES - len(head) - len(b"\nAllow: /private/"))
    body = head + filler + b"\nAllow: /private/x.jpg\nDisallow: /\n"
    assert body[:MAX_BYTES].endswith(b"\nAllow: /private/")
    rules = parse_robots(body, "FooBot")
    assert not rules.allows(URL)
    assert rules.allows("http://a.example/")


@pytest.mark.parametrize(
    ("value", "delay_s"),
    [("0.5", 0.5), ("10", 10), ("1e9", 30), ("nan", 0), ("inf", 0), ("-5", 0), ("x", 0), ("", 0)],
)
def test_crawl_delay_is_clamped(value: str, delay_s: float) -> None:
    body = f"User-agent: FooBot\nCrawl-delay: {value}\n".encode()
    assert parse_robots(body, "foobot").crawl_delay_s == delay_s


def test_robots_txt_itself_is_always_allowed() -> None:
    rules = parse_robots(b"User-agent: *\nDisallow: /", "foobot")
    assert rules.allows("http://a.example/robots.txt")


@given(st.binary(max_size=300))
def test_any_bytes_parse(body: bytes) -> None:
    rules = parse_robots(body, "foobot")
    assert rules.allows("http://a.example/robots.txt")
    assert 0 <= rules.crawl_delay_s <= 30


def test_real_files_parse_and_those_that_name_img2dataset_refuse_it(shared_data: Path) -> None:
    files = sorted((shared_data / "robots" / "files").iterdir())
    assert len(files) > 400
    for path in files:
        parse_robots(path.read_bytes(), "webimagetext").allows("https://a.example/x.jpg")
    listed = (shared_data / "robots" / "ai-robots-txt" / "robots.txt").read_bytes()
    assert not parse_robots(listed, "img2dataset").allows("https://a.example/x.jpg")
    assert parse_robots(listed, "img2").allows("https://a.example/x.jpg")
