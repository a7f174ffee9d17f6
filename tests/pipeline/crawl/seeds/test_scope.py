import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.crawl.seeds.scope import (
    LeftOut,
    UrlRules,
    host_of,
    is_trap,
    seen_key,
    shape_of,
    site_of_host,
)

START = "http://a.example"


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("www.example.com", "example.com"),
        ("example.co.uk:8080", "example.co.uk"),
        ("a.b.example.co.uk", "example.co.uk"),
        ("someone.github.io", "someone.github.io"),  # a private suffix: sites of strangers
        ("127.0.0.1:8800", "127.0.0.1"),
        ("[::1]:80", "::1"),
        ("[::1]", "::1"),
        ("localhost:80", "localhost"),
        ("co.uk", "co.uk"),
    ],
)
def test_a_site_is_a_registrable_domain_or_an_address(host: str, site: str) -> None:
    assert site_of_host(host) == site


def test_the_host_has_its_port() -> None:
    assert host_of("http://a.example:81/x/y?z") == "a.example:81"
    assert host_of("https://a.example/") == "a.example"


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("/p;jsessionid=1A2B?x=1", "/p?x=1"),
        ("/p?PHPSESSID=abc", "/p"),
        ("/p?x=1&sid=9&y=2", "/p?x=1&y=2"),
        ("/p?ASPSESSIONIDQQGB=1&x=1", "/p?x=1"),
        ("/p;v=2?inside=1", "/p;v=2?inside=1"),  # names that only contain one stay
        ("/p?", "/p"),
    ],
)
def test_session_ids_do_not_make_another_url(url: str, key: str) -> None:
    assert seen_key(START + url) == START + key


@given(st.text(st.sampled_from("ab/?&=;1sid"), max_size=40))
def test_a_key_is_its_own_key(rest: str) -> None:
    key = seen_key(f"{START}/{rest}")
    assert seen_key(key) == key


def test_numbers_and_values_do_not_change_the_shape() -> None:
    assert shape_of(f"{START}/2024/05/x?page=3&q=a") == shape_of(f"{START}/1999/1/x?q=b&page=77")
    assert shape_of(f"{START}/a") != shape_of(f"{START}/b")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/a/b/a/b/c", False),
        ("/a/b/a/b/a/b/", True),
        ("/x/x", False),
        ("/x/x/x", True),
        ("/1/1/1/1", False),  # dates and pages repeat numbers
        ("/" + "/".join(f"s{n}" for n in range(20)), False),
        ("/" + "/".join(f"s{n}" for n in range(21)), True),
        ("/" + "y" * (1000 - len(START) - 1), False),
        ("/" + "y" * (1001 - len(START) - 1), True),
        ("/?" + "&".join(f"k{n}=1" for n in range(20)), False),
        ("/?" + "&".join(f"k{n}=1" for n in range(21)), True),
    ],
)
def test_urls_that_pages_make_up_are_traps(url: str, expected: bool) -> None:
    assert is_trap(START + url) is expected


def test_globs_choose_pages() -> None:
    rules = UrlRules(include=("*/blog/*",), exclude=("*print=*",))
    assert rules(f"{START}/blog/1") is None
    assert rules(f"{START}/shop/1") is LeftOut.PATTERN
    assert rules(f"{START}/blog/1?print=1") is LeftOut.PATTERN
    assert UrlRules()(f"{START}/x/x/x") is LeftOut.TRAP
