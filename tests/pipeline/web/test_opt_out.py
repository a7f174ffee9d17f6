import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.web.opt_out import DIRECTIVES, OBEYABLE, header_signals, meta_signals
from pipeline.web.usage import LABELS

TAG = "X-Robots-Tag"


@pytest.mark.parametrize(
    ("values", "signals"),
    [
        (["noai"], "noai"),
        (["NoAI, noImageAI"], "noai noimageai"),
        (["noai noindex"], "noai noindex"),
        (["noindex", "noimageai"], "noimageai noindex"),
        (["unavailable_after: Friday, 25-Jun-10 15:00:00 GMT, noai"], "noai"),
        (["unavailable_after: 25 Jun 2010 15:00:00 PST, noai"], "noai"),
        (["unavailable_after: Jun 25, 15:00:00 GMT 2010, noai"], "noai"),
        (["max-image-preview:none, noai"], "noai"),
        (["max-image-preview: none"], ""),
        (["otherbot: noai"], ""),
        (["360Spider: noai, noindex"], ""),
        (["otherbot: noai, noindex", "noml"], "noml"),
        (["webimagetext: noai"], "noai"),
        (["WebImageText : noai, noindex"], "noai noindex"),
        (["*: noai"], "noai"),
        (["noindex, otherbot: noai"], "noindex"),
        (["otherbot: noai, webimagetext: noindex"], "noindex"),
        (["otherbot: max-snippet: 20, noai"], ""),
        (["webimagetext: unavailable_after: Fri, 25 Jun 2010 15:00:00 GMT, noai"], "noai"),
        (["none"], "none"),
        (["all, noarchive, noaix"], ""),
        ([""], ""),
        ([",,;:"], ""),
    ],
)
def test_header_grammar(values: list[str], signals: str) -> None:
    headers = [("Server", "noai"), *((TAG, value) for value in values)]
    expected = tuple(f"header:{word}" for word in signals.split())
    assert header_signals(headers, "WebImageText") == expected


def test_meta_speaks_to_robots_and_to_us() -> None:
    pairs = [
        ("robots", "noai, max-image-preview:none"),
        ("WebImageText", "noindex"),
        ("googlebot", "noimageai"),
        ("description", "none"),
    ]
    assert meta_signals(pairs, "webimagetext") == ("meta:noai", "meta:noindex")


@pytest.mark.parametrize(
    ("headers", "signals"),
    [
        ({"TDM-Reservation": "1"}, "header:tdm-reservation=1"),
        ({"tdm-reservation": "0", "tdm-policy": "https://a/p"}, "header:tdm-reservation=0"),
        (
            {"tdm-reservation": " 1 ", "TDM-Policy": "https://a/p"},
            "header:tdm-policy=https://a/p header:tdm-reservation=1",
        ),
        ({"tdm-reservation": "maybe"}, ""),
        ({"Content-Usage": "train-ai=n, search=y"}, "header:search=y header:train-ai=n"),
        ({"Content-Usage": "\x00\xff(,"}, ""),
        ({"Content-Signal": "ai-train=no"}, "header:ai-train=no"),
        (
            {TAG: "noai", "content-usage": "bots=y", "tdm-reservation": "1"},
            "header:bots=y header:noai header:tdm-reservation=1",
        ),
    ],
)
def test_other_headers(headers: dict[str, str], signals: str) -> None:
    assert header_signals(headers.items(), "webimagetext") == tuple(signals.split())


def test_repeated_usage_headers_all_count() -> None:
    headers = [("Content-Usage", "train-ai=n"), ("Content-Usage", "search=n")]
    assert header_signals(headers, "x") == ("header:search=n", "header:train-ai=n")


def test_a_page_reserves_by_its_meta_elements() -> None:
    pairs = [("TDM-Reservation", "1"), ("tdm-policy", "https://a/p"), ("robots", "noai")]
    assert meta_signals(pairs, "webimagetext") == (
        "meta:noai",
        "meta:tdm-policy=https://a/p",
        "meta:tdm-reservation=1",
    )
    assert meta_signals([("tdm-reservation", "0")], "x") == ("meta:tdm-reservation=0",)


def test_what_a_policy_may_name() -> None:
    assert DIRECTIVES < OBEYABLE
    assert {"tdm-reservation", "train-ai=n", "ai-train=no", "ai.txt:disallow"} < OBEYABLE


@given(
    st.lists(st.tuples(st.sampled_from([TAG, "content-usage", "tdm-reservation", "a"]), st.text())),
    st.text(min_size=1),
)
def test_any_header_gives_known_signals_in_order(
    headers: list[tuple[str, str]], token: str
) -> None:
    signals = header_signals(headers, token)
    assert list(signals) == sorted(set(signals))
    said = {signal.removeprefix("header:").partition("=")[0] for signal in signals}
    assert said <= DIRECTIVES | LABELS | {"tdm-reservation"}
