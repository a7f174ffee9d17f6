import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.web.tdmrep import parse_tdmrep, signals_of, tdm_signals

SITE = "https://a.example"
POLICY = "https://a.example/terms.json"
# After the examples of the report: a whole site, a part, files by name.
RULES = [
    {"location": "/open/", "tdm-reservation": 0},
    {"location": "/*.jpg$", "tdm-reservation": 1, "tdm-policy": POLICY},
    {"location": "/open/closed/", "tdm-reservation": 1},
    {"location": "/a%2Fb", "tdm-reservation": "1"},
]
YES, NO = "tdmrep.json:tdm-reservation=1", "tdmrep.json:tdm-reservation=0"


@pytest.mark.parametrize(
    ("path", "signals"),
    [
        ("/x.jpg", {YES, f"tdmrep.json:tdm-policy={POLICY}"}),
        ("/x.jpg?y", set()),
        ("/open/x.jpg", {NO}),
        ("/open/closed/x", {NO}),  # the first that matches, not the longest
        ("/a%2fbc", {YES}),
        ("/a/b", set()),
        ("/", set()),
    ],
)
def test_the_first_rule_that_matches_decides(path: str, signals: set[str]) -> None:
    assert signals_of(parse_tdmrep(json.dumps(RULES).encode()), SITE + path) == signals


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<!doctype html>",
        "[",
        "{}",
        "[1, null, [], {}]",
        '[{"location": 1, "tdm-reservation": 1}]',
        '[{"location": "", "tdm-reservation": 1}]',
        '[{"location": "/"}]',
        '[{"location": "/", "tdm-reservation": 2}]',
        '[{"location": "/", "tdm-reservation": null}]',
        '[{"tdm-reservation": 1}]',
        "[" * 100_000,
        f'[{{"location": "/", "tdm-reservation": {"1" * 5000}}}]',
        "\xff\xfe",
    ],
)
def test_what_is_no_declaration_reserves_nothing(text: str) -> None:
    assert parse_tdmrep(text.encode("latin-1")) == ()


@pytest.mark.parametrize(
    "text",
    [
        '{"location": "/", "tdm-reservation": 1}',
        '\ufeff[{"location": "/", "tdm-reservation": 1}]',
        '[{"location": "/", "tdm-reservation": true, "tdm-policy": 3}]',
        '[{"location": "/\\ud800", "tdm-reservation": 1}, {"location": "*", "tdm-reservation": 1}]',
    ],
)
def test_what_is_nearly_one_reserves(text: str) -> None:
    assert signals_of(parse_tdmrep(text.encode()), f"{SITE}/x") == {YES}


def test_rules_beyond_the_limit_are_passed_over() -> None:
    rules = [{"location": "/a", "tdm-reservation": 0}] * 1000
    body = json.dumps([*rules, {"location": "/", "tdm-reservation": 1}]).encode()
    assert signals_of(parse_tdmrep(body), f"{SITE}/x") == set()


@pytest.mark.parametrize(
    ("reservation", "policy", "signals"),
    [
        ("1", "", {"header:tdm-reservation=1"}),
        (" 1 ", " u\n", {"header:tdm-reservation=1", "header:tdm-policy=u"}),
        ("0", "u", {"header:tdm-reservation=0"}),
        ("2", "u", set()),
        ("yes", "", set()),
        ("", "", set()),
    ],
)
def test_a_declaration(reservation: str, policy: str, signals: set[str]) -> None:
    assert tdm_signals("header", reservation, policy) == signals


@given(st.binary(max_size=200))
def test_any_bytes_parse(body: bytes) -> None:
    signals_of(parse_tdmrep(body), f"{SITE}/x")
