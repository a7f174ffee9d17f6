import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.crawl.html import PageContent, read_page
from pipeline.crawl.options import ReadOptions
from pipeline.crawl.page import Page
from schemas.outcomes import Reject
from schemas.records import Candidate, LedgerRow
from schemas.uid import make_uid, resolve_url

URL = "http://host/dir/page.html"


def read(html: str | bytes, headers: tuple[tuple[str, str], ...] = ()) -> PageContent:
    page = Page(
        url=URL,
        body=html if isinstance(html, bytes) else html.encode("utf-8", "replace"),
        charset=None,
        headers=headers,
        source="archive.warc",
        source_offset=7,
        fetched_at=None,
    )
    return read_page(page, ReadOptions(product_token="webimagetext"))


def only_item(html: str) -> Candidate | LedgerRow:
    (item,) = read(html).items
    return item


def test_image_with_alt_is_a_candidate() -> None:
    assert only_item("<img src=a.jpg#x alt=' a  red\n fox '>") == Candidate(
        uid=make_uid("http://host/dir/a.jpg", "a red fox"),
        url="http://host/dir/a.jpg",
        text="a red fox",
        text_source="alt",
        page_url=URL,
        source="archive.warc",
        source_offset=7,
    )


@pytest.mark.parametrize(
    ("html", "outcome", "url"),
    [
        ("<img alt=x>", Reject.NO_SRC, None),
        ("<img src=' ' alt=x>", Reject.NO_SRC, None),
        ("<img>", Reject.NO_SRC, None),
        ("<img src='DATA:image/gif;base64,AA' alt=x>", Reject.DATA_URI, None),
        ("<img src='data:,'>", Reject.DATA_URI, None),
        ("<img src=a.jpg>", Reject.NO_ALT, "http://host/dir/a.jpg"),
        ("<img src=a.jpg alt=' \n '>", Reject.NO_ALT, "http://host/dir/a.jpg"),
        ("<img src='http://[' alt=x>", Reject.URL, "http://["),
        ("<img src='ftp://h/a.jpg' alt=x>", Reject.SCHEME, "ftp://h/a.jpg"),
        ("<img src='http://u:p@h/a.jpg' alt=x>", Reject.URL, "http://u:p@h/a.jpg"),
    ],
)
def test_other_images_say_why_they_are_none(html: str, outcome: Reject, url: str | None) -> None:
    item = only_item(html)

    assert item == LedgerRow(uid=None, url=url, stage="crawl", outcome=outcome, detail=URL)


def test_only_the_first_base_counts_and_is_relative_to_the_page() -> None:
    item = only_item("<base target=x><base href=/b/><base href=http://other/><img src=a alt=x>")

    assert item.url == "http://host/b/a"


def test_unusable_base_is_passed() -> None:
    assert only_item("<base href='data:,'><img src=a alt=x>").url == "http://host/dir/a"


def test_links_are_absolute_in_order_and_once() -> None:
    html = "<a href=b>1</a><a href=/a#top>2</a><a href=mailto:x>3</a><a href=b#c>4</a><a>5</a>"

    assert read(html).links == ("http://host/dir/b", "http://host/a")


@pytest.mark.parametrize(
    ("head", "headers", "signals", "nofollow"),
    [
        ("<meta name=Robots content='NoAI, nofollow'>", (), ("meta:noai", "meta:nofollow"), True),
        ("", (("X-Robots-Tag", "noindex"),), ("header:noindex",), False),
        ("<meta name=robots content=none>", (), ("meta:none",), True),
        ("<meta name=otherbot content=noai>", (), (), False),
    ],
)
def test_opt_out_signals_of_header_and_page_go_on_each_candidate(
    head: str, headers: tuple[tuple[str, str], ...], signals: tuple[str, ...], nofollow: bool
) -> None:
    content = read(f"{head}<img src=a alt=x><img src=b alt=y>", headers)

    assert [item.opt_out for item in content.items if isinstance(item, Candidate)] == [signals] * 2
    assert content.nofollow is nofollow


def test_first_licence_link_goes_on_candidates() -> None:
    html = "<img src=a alt=x><a rel='nofollow LICENSE' href=/cc>cc</a><link rel=license href=/2>"
    item = only_item(html)

    assert isinstance(item, Candidate)
    assert item.licence_url == "http://host/cc"


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + "<img src=a alt=x>",
        "<div>" * 100_000 + "</div>" * 100_000 + "<img src=a alt=x>",
        "<a href=x><b>" * 100_000 + "<img src=a alt=x>",
        f"<img src=a alt='{'x' * 4_000_000}'>",
    ],
)
def test_hostile_page_still_gives_its_image(html: str) -> None:
    # Without the depth limit the first page takes 9 s, and one of 8 MiB the better part of an hour.
    assert len(read(html).items) == 1


def test_flattened_page_has_the_same_images_and_links() -> None:
    body = "<p>t<img src=a alt='a > b'><a href=l>l</a><script>'<img src=no>'</script><!--<img>-->"
    flat, deep = read(body), read("<div>" * 30_000 + body)

    assert deep == flat


@given(html=st.text(st.sampled_from("<>/='\" abdimgsrcalthref&;:\0\ud800"), max_size=200))
def test_any_soup_gives_addressable_candidates(html: str) -> None:
    for item in read(html).items:
        if isinstance(item, Candidate):
            assert item.url == resolve_url(item.url)
            assert item.text == " ".join(item.text.split())


def test_real_pages_give_every_image_and_every_alt_text(shared_data: Path) -> None:
    wanted: dict[str, Counter[str]] = defaultdict(Counter)
    for line in (shared_data / "html-pages" / "pairs.jsonl").read_text("utf-8").splitlines():
        pair = json.loads(line)
        src = pair["src"] or ""
        if src.strip() and not src.startswith("data:"):
            wanted[pair["page"]][pair["alt"]] += 1
    num_images = 0
    for path in sorted((shared_data / "html-pages" / "pages").iterdir()):
        items = read(path.read_bytes()).items
        num_images += len(items)
        found = Counter(item.text for item in items if isinstance(item, Candidate))
        assert found == wanted[path.name], path.name

    assert num_images == 2156
