import pytest

from pipeline.crawl.pages.licences import licence_links
from pipeline.crawl.pages.page_nodes import parse_page

ZERO = "//creativecommons.org/publicdomain/zero/1.0/"
CC = "https://creativecommons.org/licenses/by/4.0/"


@pytest.mark.parametrize(
    ("html", "links"),
    [
        ("<a rel='nofollow LICENSE' href=/a>x</a><link rel=license href=/b>", ["/a", "/b"]),
        ("<a href=/c itemprop=license>x</a><meta itemprop=license content=/m>", ["/c", "/m"]),
        ("<a itemprop=license href=/c>x</a><a rel=license href=/a>x</a>", ["/a", "/c"]),
        (f"<a href={CC}>x</a>", [CC]),
        ("<a href=https://creativecommons.org/about>x</a>", []),
        (f"<a href={ZERO}>x</a>", [ZERO]),
        ("<a rel=licensed href=/a>x</a>", []),
    ],
)  # fmt: skip
def test_links(html: str, links: list[str]) -> None:
    assert [
        link for link in licence_links(parse_page(html.encode(), headings=False), "") if link
    ] == links


def test_json_ld_comes_before_a_plain_link_and_behind_a_named_one() -> None:
    nodes = parse_page(f"<a href={CC}>x</a><a rel=license href=/a>x</a>".encode(), headings=False)

    assert list(licence_links(nodes, "/json")) == ["/a", "/json", CC]
