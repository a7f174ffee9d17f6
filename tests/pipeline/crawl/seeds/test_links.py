import pytest

from pipeline.crawl.seeds import links
from pipeline.crawl.seeds.links import PageLinks, read_links

URL = "http://a.example/d/p.html?x=1"


def read(html: str, *headers: tuple[str, str]) -> PageLinks:
    return read_links(
        html.encode(), URL, charset="utf-8", headers=headers, product_token="webimagetext"
    )


def test_links_are_absolute_in_page_order_and_once() -> None:
    html = (
        '<a href="b">x</a><a href="/c">x</a><a href="//b.example/d">x</a><a href=" b#top ">x</a>'
        '<area href="?y=2"><a href="mailto:a@b">x</a><a href="http://[">x</a><a>x</a>'
    )
    assert read(html).links == (
        "http://a.example/d/b",
        "http://a.example/c",
        "http://b.example/d",
        "http://a.example/d/p.html?y=2",
    )


def test_base_moves_relative_links() -> None:
    html = '<base href="https://b.example/e/"><a href="f">x</a><a href="/g">x</a>'
    assert read(html).links == ("https://b.example/e/f", "https://b.example/g")


@pytest.mark.parametrize(
    ("html", "headers"),
    [
        ('<a href="/a" rel="ugc nofollow">x</a>', ()),
        ('<meta name="robots" content="nofollow"><a href="/a">x</a>', ()),
        ('<meta name="webimagetext" content="none"><a href="/a">x</a>', ()),
        ('<a href="/a">x</a>', (("X-Robots-Tag", "nofollow"),)),
    ],
)
def test_nofollow_is_obeyed(html: str, headers: tuple[tuple[str, str], ...]) -> None:
    assert read(html, *headers).links == ()
    other = html.replace("webimagetext", "otherbot").replace("nofollow", "index")
    assert len(read(other, ("X-Robots-Tag", "otherbot: nofollow")).links) == 1


@pytest.mark.parametrize(
    ("html", "canonical"),
    [
        ('<link rel="canonical" href="/c">', "http://a.example/c"),
        ('<link rel="Canonical" href="/c"><link rel="canonical" href="/c">', "http://a.example/c"),
        ('<link rel="canonical" href="/c"><link rel="canonical" href="/d">', None),
        ('<link rel="canonical" href="http://[">', None),
        ('<link rel="next" href="/c">', None),
    ],
)
def test_a_page_names_its_canonical_url_or_contradicts_itself(
    html: str, canonical: str | None
) -> None:
    assert read(html).canonical == canonical


def test_no_more_links_than_a_crawler_can_take(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "MAX_LINKS", 3)
    assert len(read("".join(f'<a href="/{n}">x</a>' for n in range(9))).links) == 3
