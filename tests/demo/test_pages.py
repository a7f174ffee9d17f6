from urllib.parse import urljoin

import pytest
from selectolax.lexbor import LexborHTMLParser

from demo.pages import HtmlPage, Img, UrlStyle, render
from demo.routes import AUTHORITY, ORIGIN


@pytest.mark.parametrize("style", UrlStyle)
def test_every_style_leads_to_the_same_picture(style):
    image = Img(src="/img/sub/a.jpg", alt='He said "sea" & <sand>')
    page = HtmlPage(path="/en/p.html", language="en", title="T", images=(image,), style=style)
    html = render(page).replace(ORIGIN, "http://h:1").replace(AUTHORITY, "h:1")
    tree = LexborHTMLParser(html)
    base = tree.css_first("base")
    start = base.attributes["href"] if base else "http://h:1/en/p.html"
    node = tree.css_first("img")
    assert urljoin(start, node.attributes["src"]) == "http://h:1/img/sub/a.jpg"
    assert node.attributes["alt"] == image.alt


def test_missing_attributes_stay_missing():
    images = (Img(src=None, alt=None), Img(src=" ", alt="x"))
    tree = LexborHTMLParser(render(HtmlPage(path="/", language="en", title="T", images=images)))
    assert [node.attributes for node in tree.css("img")] == [{}, {"src": " ", "alt": "x"}]


def test_links_stand_in_order():
    page = HtmlPage(path="/", language="en", title="T", links=("/b.html", "/a.html"))
    tree = LexborHTMLParser(render(page))
    assert [a.attributes["href"] for a in tree.css("a")] == ["/b.html", "/a.html"]
