"""Cases 16 and 17: odd URLs are sent in one spelling, or not at all."""

from pathlib import Path

import pytest

from schemas.uid import make_uid, resolve_url
from tests.catalogue.download import PHOTO, download, outcomes
from tests.pipeline.web.bad_server import ok, serving, web_options

ODD = {
    "/a.jpg\r\nX-Evil: 1\r\n\r\nGET /b.jpg HTTP/1.1": "/a.jpgX-Evil:%201GET%20/b.jpg%20HTTP/1.1",
    "/nul\0.jpg": "/nul%00.jpg",
    "/a b c.jpg": "/a%20b%20c.jpg",
    "/tab\tin.jpg": "/tabin.jpg",
    '/q"uote<>.jpg': "/q%22uote%3C%3E.jpg",
    "/ä.jpg": "/%C3%A4.jpg",
    "/half\ud800.jpg": "",
    "\\back\\slash.jpg": "/back/slash.jpg",
    "/?a=\r\n": "/?a=",
}


def test_16_control_characters_are_never_sent_raw(tmp_path: Path) -> None:
    replies = {path: ok(PHOTO) for path in ODD.values()}
    with serving(replies) as site:
        urls = [site.url(path) for path in ODD if "\ud800" not in path]
        found = outcomes(tmp_path, urls, site.address)
        sent = set(site.requests)
        assert all(head.count("\r\n") == 6 and "\0" not in head for head in site.heads)
    assert found == ["ok"] * len(urls)
    assert sent == set(ODD.values()) - {""}


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/" + "a" * 10_000,
        "http://127.0.0.1:99999/",
        "http://[",
        "http://",
        "//no.scheme/a.jpg",
        "http://a b/",
        "http://exa%00mple/",
        "http://%31%32%37.%zz/",
        "http://user:password@127.0.0.1/",
    ],
)
def test_16_what_cannot_be_sent_is_no_url(tmp_path: Path, url: str) -> None:
    (row,) = download(tmp_path, [url], web_options()).values()
    assert row.outcome == "url"


# As Web Platform Tests have them in url/resources/urltestdata.json and toascii.json.
SAME = [
    ("http://EXAMPLE.com/a", "http://example.com/a"),
    ("HTTP://example.com:80/a", "http://example.com/a"),
    ("https://example.com:443/a", "https://example.com/a"),
    ("http://example.com:00080/a", "http://example.com/a"),
    ("http://example.com:/a", "http://example.com/a"),
    ("http://example.com/foo/../a", "http://example.com/a"),
    ("http://example.com/foo/%2e%2E/a", "http://example.com/a"),
    ("http://example.com/./a", "http://example.com/a"),
    ("http://example.com/../../../a", "http://example.com/a"),
    ("http://example.com/a#fragment", "http://example.com/a"),
    ("http:\\\\example.com\\a", "http://example.com/a"),
    ("http:/example.com/a", "http://example.com/a"),
    ("  http://example.com/a  ", "http://example.com/a"),
    ("h\tt\nt\rp://example.com/a", "http://example.com/a"),
    ("http://ex%61mple.com/a", "http://example.com/a"),
    ("http://ｅｘａｍｐｌｅ.com/a", "http://example.com/a"),  # noqa: RUF001
    ("http://example。com/a", "http://example.com/a"),
    ("http://faß.ExAmPlE/", "http://xn--fa-hia.example/"),
    ("http://xn--fa-hia.example/", "http://xn--fa-hia.example/"),
    ("http://Bücher.example/", "http://xn--bcher-kva.example/"),
    ("http://日本語.jp/", "http://xn--wgv71a119e.jp/"),
    ("http://example.com/ü?ü", "http://example.com/%C3%BC?%C3%BC"),
    ("http://0300.168.0xF0/", "http://192.168.0.240/"),
    ("http://[1:0::]/", "http://[1::]/"),
]


@pytest.mark.parametrize(("url", "canonical"), SAME)
def test_17_one_resource_has_one_id(url: str, canonical: str) -> None:
    assert resolve_url(url) == canonical
    assert make_uid(resolve_url(url), "t") == make_uid(canonical, "t")


def test_17_one_spelling_is_sent(tmp_path: Path) -> None:
    with serving({"/b/%C3%BC.jpg": ok(PHOTO)}) as site:
        paths = ("/a/../b/ü.jpg", "/b/./%C3%BC.jpg#top", "\\b\\ü.jpg")
        urls = [f"HTTP://127.0.0.1:{site.port}{path}" for path in paths]
        assert outcomes(tmp_path, urls, site.address) == ["ok"] * 3
        assert site.requests == ["/b/%C3%BC.jpg"] * 3
