import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.web.opt_out import DIRECTIVES, first_obeyed, header_signals, meta_signals

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
    ("signals", "obey", "first"),
    [
        (("header:noai", "meta:noindex"), ("noindex",), "meta:noindex"),
        (("header:noai",), ("noindex",), None),
        (("header:none",), ("noindex",), "header:none"),
        (("header:none",), ("none",), "header:none"),
        (("header:none",), ("noai",), None),
        ((), ("noai",), None),
    ],
)
def test_first_obeyed(signals: tuple[str, ...], obey: tuple[str, ...], first: str | None) -> None:
    assert first_obeyed(signals, obey) == first


@given(st.lists(st.tuples(st.sampled_from([TAG, "a"]), st.text())), st.text(min_size=1))
def test_any_header_gives_known_signals_in_order(
    headers: list[tuple[str, str]], token: str
) -> None:
    signals = header_signals(headers, token)
    assert list(signals) == sorted(set(signals))
    assert {signal.removeprefix("header:") for signal in signals} <= DIRECTIVES
