from pathlib import Path

import pytest

from tests.pipeline.crawl.seeds.crawls import crawl, page
from tests.pipeline.web.bad_server import Reply, ok

SAME = ok(b'<img src="a.jpg" alt="picture same">')


def canonical(name: str, url: str) -> bytes:
    return page(name, head=f'<link rel="canonical" href="{url}">')


def test_the_same_payload_in_the_same_folder_is_a_revisit(tmp_path: Path) -> None:
    replies: dict[str, Reply] = {
        "/": page("root", "/s/1", "/s/2", "/t/1"),
        "/s/1": SAME,
        "/s/2": SAME,
        "/t/1": SAME,
    }
    crawled, site = crawl(tmp_path, replies)
    # In another folder `a.jpg` is another picture, so the page counts there.
    assert crawled.texts == ["root", "same", "same"]
    ((_, url, headers, _),) = [r for r in crawled.records() if r[0] == "revisit"]
    assert url == site.url("/s/2")
    assert headers["WARC-Refers-To-Target-URI"] == site.url("/s/1")
    assert headers["WARC-Profile"].endswith("/identical-payload-digest")
    first = next(h for k, u, h, _ in crawled.records() if k == "response" and u.endswith("/s/1"))
    assert headers["WARC-Refers-To"] == first["WARC-Record-ID"]
    assert headers["WARC-Refers-To-Date"] == first["WARC-Date"]
    assert headers["WARC-Payload-Digest"] == first["WARC-Payload-Digest"]


def test_forms_of_a_page_are_stored_once(tmp_path: Path) -> None:
    replies: dict[str, Reply] = {
        "/": page("root", "/p?print=1", "/p?sort=2"),
        "/p?print=1": canonical("print", "/p"),
        "/p?sort=2": canonical("sort", "/p"),
        "/p": canonical("p", "/p"),
    }
    crawled, site = crawl(tmp_path, replies)
    assert crawled.texts == ["root", "print"]
    assert "/p" in site.requests  # its links count even so


def test_a_canonical_page_that_is_not_there_loses_nothing(tmp_path: Path) -> None:
    replies: dict[str, Reply] = {"/": page("root", "/p?x=1"), "/p?x=1": canonical("p", "/gone")}
    crawled, _ = crawl(tmp_path, replies)
    assert crawled.texts == ["root", "p"]
    assert crawled.outcomes == ["http_404"]


@pytest.mark.parametrize("front", ["/", "http://b.example/x"])
def test_a_canonical_url_that_cannot_be_meant_is_passed(tmp_path: Path, front: str) -> None:
    replies: dict[str, Reply] = {
        "/": page("root", "/a", "/b"),
        "/a": canonical("a", front.replace("/x", "/")),
        "/b": canonical("b", front.replace("/x", "/")),
    }
    assert crawl(tmp_path, replies)[0].texts == ["root", "a", "b"]
