import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.outcomes import Reject
from schemas.records import Candidate, LedgerRow
from schemas.uid import make_uid, resolve_url
from tests.pipeline.crawl.pages.made_pages import URL, read, texts_of


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
        ("<img src=a.jpg alt=x width=1 height=1>", Reject.TRACKING_PIXEL, "http://host/dir/a.jpg"),
        ("<img src=a.jpg alt=x width=16 height=16>", Reject.ICON, "http://host/dir/a.jpg"),
        ("<img src=/sprite.png alt=x>", Reject.SPRITE, "http://host/sprite.png"),
        ("<img src='http://[' alt=x>", Reject.URL, "http://["),
        ("<img src='ftp://h/a.jpg' alt=x>", Reject.SCHEME, "ftp://h/a.jpg"),
        ("<img src='http://u:p@h/a.jpg' alt=x>", Reject.URL, "http://u:p@h/a.jpg"),
    ],
)
def test_other_images_say_why_they_are_none(html: str, outcome: Reject, url: str | None) -> None:
    item = only_item(html)

    assert item == LedgerRow(uid=None, url=url, stage="crawl", outcome=outcome, detail=URL)


@pytest.mark.parametrize(
    ("src", "url"),
    [
        ("a.jpg", "http://host/dir/a.jpg"),
        ("/a.jpg", "http://host/a.jpg"),
        ("../a.jpg", "http://host/a.jpg"),
        ("//cdn/a.jpg", "http://cdn/a.jpg"),
        ("?a", "http://host/dir/page.html?a"),
        ("HTTPS://H:443/a b.jpg", "https://h/a%20b.jpg"),
        ("\\\\cdn\\a.jpg", "http://cdn/a.jpg"),
        ("a.jpg?utm_source=x", "http://host/dir/a.jpg?utm_source=x"),
    ],
)
def test_addresses_are_absolute(src: str, url: str) -> None:
    assert only_item(f"<img src='{src}' alt=x>").url == url


def test_only_the_first_base_counts_and_is_relative_to_the_page() -> None:
    item = only_item("<base target=x><base href=/b/><base href=http://other/><img src=a alt=x>")

    assert item.url == "http://host/b/a"


@pytest.mark.parametrize("base", ["data:,", "", "http://["])
def test_unusable_base_is_passed(base: str) -> None:
    assert only_item(f"<base href='{base}'><img src=a alt=x>").url == "http://host/dir/a"


@pytest.mark.parametrize(
    ("head", "headers", "signals"),
    [
        ("<meta name=Robots content='NoAI, nofollow'>", (), ("meta:noai", "meta:nofollow")),
        ("", (("X-Robots-Tag", "noindex"),), ("header:noindex",)),
        ("<meta name=robots content=none>", (), ("meta:none",)),
        ("<meta name=otherbot content=noai>", (), ()),
    ],
)
def test_opt_out_signals_of_header_and_page_go_on_each_candidate(
    head: str, headers: tuple[tuple[str, str], ...], signals: tuple[str, ...]
) -> None:
    content = read(f"{head}<img src=a alt=x><img src=b alt=y>", headers)

    assert [item.opt_out for item in content.items if isinstance(item, Candidate)] == [signals] * 2


def test_first_licence_link_goes_on_candidates() -> None:
    html = "<img src=a alt=x><a rel=license href='http://['></a><link rel=license href=/cc>"
    item = only_item(html)

    assert isinstance(item, Candidate)
    assert item.licence_url == "http://host/cc"


META = """
<meta property=og:title content=Foxes><meta property=og:image content=/og.jpg>
<script type="application/ld+json">
{"@type": "ImageObject", "url": "/ld.jpg", "caption": "A fox", "license": "http://l/by"}
</script>
"""


def test_pictures_of_the_metadata_come_behind_those_of_the_page() -> None:
    items = read(f"{META}<link rel=license href=/page><img src=a alt=x>").items

    assert [
        (item.text_source, item.url, item.text, item.licence_url)
        for item in items
        if isinstance(item, Candidate)
    ] == [
        ("alt", "http://host/dir/a", "x", "http://host/page"),
        ("og", "http://host/og.jpg", "Foxes", "http://host/page"),
        ("meta", "http://host/ld.jpg", "A fox", "http://l/by"),
    ]


def test_places_that_are_not_asked_for_give_nothing() -> None:
    assert texts_of(META, "alt", "title", "figcaption") == []
    assert texts_of(META, "og") == [("og", "Foxes")]
    assert texts_of(META, "meta") == [("meta", "A fox")]


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + "<img src=a alt=x>",
        "<div>" * 100_000 + "</div>" * 100_000 + "<img src=a alt=x>",
        "<a href=x><b>" * 100_000 + "<img src=a alt=x>",
        f"<img src=a alt='{'x' * 4_000_000}'>",
        "<p>text" * 3_000_000 + "<img src=a alt=x>",
        "<!-- " * 10_000_000 + "--><img src=a alt=x>",
    ],
    ids=["divs", "closed divs", "links", "alt of 4 MB", "20 MB", "50 MB"],
)
def test_hostile_page_still_gives_its_image(html: str) -> None:
    started = time.process_time()
    # Without the depth limit the first page takes 9 s, and one of 8 MiB the better part of an hour.
    assert len(read(html, sources=("alt",)).items) == 1
    assert time.process_time() - started < 5


def test_many_images_in_the_same_surroundings_take_linear_time() -> None:
    started = time.process_time()
    html = f"<a href=x>{'word ' * 200_000}{'<img src=a alt=x>' * 20_000}</a>"
    assert len(read(html).items) > 20_000
    assert time.process_time() - started < 10


def test_flattened_page_has_the_same_images() -> None:
    body = "<p>t<img src=a alt='a > b'><a href=l>l</a><script>'<img src=no>'</script><!--<img>-->"
    flat, deep = (read(html, sources=("alt", "title")) for html in (body, "<div>" * 50_000 + body))
    assert deep == flat


def test_texts_in_any_script_come_through() -> None:
    text = "\u202bשל אדם\u202c \u200fثعلب\u200b أحمر 赤い狐 👩🚀"
    assert texts_of(f"<img src=a alt='{text}'>") == [("alt", text)]


def test_nul_and_lone_surrogates_never_reach_a_candidate() -> None:
    script = '{"image": "b", "name": "\\ud800x"}'
    html = f'<img src=a alt="a\0b"><script type="application/ld+json">{script}</script>'
    texts = texts_of(html)
    assert texts[-1] == ("meta", "x")
    assert all(text.encode() and "\0" not in text for _, text in texts)


@given(html=st.text(st.sampled_from("<>/='\" abdimgsrcalthref&;:\0\ud800"), max_size=200))
def test_any_soup_gives_addressable_candidates(html: str) -> None:
    content = read(html)
    for item in content.items:
        if isinstance(item, Candidate):
            assert item.url == resolve_url(item.url)
            assert item.text == " ".join(item.text.split())


PARTS = st.sampled_from(
    [
        b"<img src=a alt=x>", b"<img data-src=", b"<figure>", b"<figcaption>", b"<noscript>", b"'",
        b"<picture><source srcset='a 1x,", b"<a href=", b"</a>", b"<h1>", b'"', b">", b"</script>",
        b"<meta property=og:image content=", b"<script type='application/ld+json'>",
        b'{"image": ', b"<base href=", b"\xff\xfe", b"\0",
    ]
)  # fmt: skip


@given(st.lists(PARTS | st.binary(max_size=6)), st.sampled_from([None, "utf-8", "gbk", "utf-16"]))
def test_no_bytes_fail(parts: list[bytes], charset: str | None) -> None:
    content = read(b"".join(parts), charset=charset)
    for item in content.items:
        assert isinstance(item, LedgerRow) or (item.url and item.text)
