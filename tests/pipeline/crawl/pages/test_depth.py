import time

import pytest
from selectolax.lexbor import LexborHTMLParser

from pipeline.crawl.pages.depth import DEPTH_MATTERS_TAGS, limit_depth

NUM = DEPTH_MATTERS_TAGS + 1


@pytest.mark.parametrize(
    "unit",
    [
        b"<div>",
        b"<DIV>",
        b"<div></x>",
        b"<div><!--</div>-->",
        b"<div a='</div>'>",
        b"<div =\"'>",
        b"<div><script></div></script>",
        b"<a href=x><b>",
        b"<table><tr><td>",
        b"<ul><li>",
        b"<svg><div></svg>",
        b"<font></p>",
        b"<button><p>",
    ],
)
def test_deep_pages_lose_what_nests_and_parse_in_a_second(unit: bytes) -> None:
    started = time.process_time()
    flat = limit_depth(unit * NUM + b"<img src=a>")
    tree = LexborHTMLParser(flat)

    assert flat.count(b"<div") == 0
    assert tree.css_first("img") is not None
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "page",
    [
        b"<div>" * (NUM // 2),
        b"<div><p>x</p></div>" * NUM,
        b"<table>" + b"<tr><td><a href=x>x</a>" * NUM,
        b"<ul>" + b"<li>x" * NUM + b"</ul>",
        b"<br><img src=x>" * NUM,
        b"<script>" + b"'<div>';" * NUM + b"</script>",
        b"<" * NUM * 3,
    ],
)
def test_long_pages_stay_as_they_are(page: bytes) -> None:
    assert limit_depth(page) == page


@pytest.mark.parametrize("unit", [b"<a ", b"<a x='", b"<!--", b"<script ", b"<a =", b"</", b"<a/"])
def test_broken_tags_take_linear_time(unit: bytes) -> None:
    started = time.process_time()
    limit_depth(unit * 1_000_000)

    assert time.process_time() - started < 3
