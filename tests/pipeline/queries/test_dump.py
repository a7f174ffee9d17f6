import bz2
import html
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.queries.dump import Page, cut_dump, read_pages
from schemas.records import LedgerRow

HEAD = '<mediawiki xml:lang="bg">\n<siteinfo><namespaces><namespace key="6">Файл</namespace>\
<namespace key="0" /></namespaces></siteinfo>\n'


def page(title: str, text: str = "some text", namespace: int = 0, redirect: str = "") -> str:
    return (
        f"  <page>\n<title>{html.escape(title)}</title><ns>{namespace}</ns>{redirect}\n<revision>"
        f'<text xml:space="preserve">{html.escape(text)}</text></revision>\n  </page>\n'
    )


def read(path: Path, part_bytes: int = 2**25) -> tuple[list[str], list[tuple[str, str]]]:
    """Returns the titles in a dump and the outcomes and details of what is wrong with it."""
    parts = cut_dump(str(path), path.stat().st_size, part_bytes)
    items = [item for part in parts for item in read_pages(part)]
    titles = [item.title for item in items if isinstance(item, Page)]
    return titles, [(i.outcome, i.detail) for i in items if isinstance(i, LedgerRow)]


def write(path: Path, *streams: str) -> Path:
    path.write_bytes(b"".join(bz2.compress(stream.encode()) for stream in streams))
    return path


def test_a_page_is_read_with_its_kind(tmp_path: Path) -> None:
    redirect = '<redirect title="B" />'
    text = (
        HEAD
        + page("A & B", "a <ref>&nbsp;</ref> b")
        + page("C", "", 4)
        + page("D", "x", 0, redirect)
    )
    dump = write(tmp_path / "d.bz2", text + "</mediawiki>")
    (part,) = cut_dump(str(dump), dump.stat().st_size)
    assert {"файл", "file", "category"} <= part.namespaces
    assert list(read_pages(part)) == [
        Page(title="A & B", namespace=0, is_redirect=False, wikitext="a <ref>&nbsp;</ref> b"),
        Page(title="C", namespace=4, is_redirect=False, wikitext=""),
        Page(title="D", namespace=0, is_redirect=True, wikitext="x"),
    ]


@given(
    st.lists(st.integers(min_value=1, max_value=4), min_size=1, max_size=8),
    st.integers(min_value=20, max_value=2000),
)
def test_a_multistream_dump_cut_anywhere_gives_every_page_once(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], part_bytes: int
) -> None:
    titles = iter(f"page {n}" for n in range(100))
    streams = [HEAD, *("".join(page(next(titles)) for _ in range(n)) for n in sizes)]
    dump = write(tmp_path_factory.mktemp("d") / "d.bz2", *streams, "</mediawiki>")
    expected = [f"page {n}" for n in range(sum(sizes))]
    assert read(dump, part_bytes) == (expected, [])


@given(st.integers(min_value=5, max_value=120), st.integers(min_value=20, max_value=400))
def test_streams_that_end_within_pages_and_tags_lose_and_double_nothing(
    tmp_path_factory: pytest.TempPathFactory, stream_bytes: int, part_bytes: int
) -> None:
    # pbzip2 cuts where it likes
    text = HEAD + "".join(page(f"page {n}") for n in range(8)) + "</mediawiki>"
    data = text.encode()
    path = tmp_path_factory.mktemp("d") / "d.bz2"
    chunks = [data[at : at + stream_bytes] for at in range(0, len(data), stream_bytes)]
    path.write_bytes(b"".join(map(bz2.compress, chunks)))
    assert read(path, part_bytes) == ([f"page {n}" for n in range(8)], [])


def test_a_dump_cut_short_keeps_its_pages_and_says_so(tmp_path: Path) -> None:
    whole = HEAD + page("A") + page("B")
    dump = write(tmp_path / "d.bz2", whole)
    assert read(dump) == (["A", "B"], [("dump_truncated", "ends without </mediawiki>")])
    dump = write(tmp_path / "d.bz2", whole + page("C")[:60])
    assert read(dump) == (["A", "B"], [("dump_truncated", "ends within a page")])
    dump = write(tmp_path / "d.bz2", HEAD + page("A"), page("B") * 2)
    dump.write_bytes(dump.read_bytes()[:-40])
    assert read(dump) == (["A"], [("dump_truncated", "ends within a bzip2 stream")])


def test_one_broken_page_harms_no_other(tmp_path: Path) -> None:
    dump = write(
        tmp_path / "d.bz2", page("A") + "<page><ns>0</ns></page>" + page("B") + "</mediawiki>"
    )
    titles, problems = read(dump)
    assert titles == ["A", "B"]
    assert problems == [("dump_page", "a page lacks its title, namespace or text")]


def test_what_is_no_dump_is_named(tmp_path: Path) -> None:
    path = tmp_path / "d.bz2"
    path.write_text("<mediawiki>")
    assert read(path) == ([], [("file_format", "does not begin as a bzip2 file does")])


def test_a_page_without_end_does_not_fill_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.queries.dump.MAX_PAGE_BYTES", 1000)
    dump = write(tmp_path / "d.bz2", page("A"), "<page>" + "x" * 2000)
    assert read(dump) == (["A"], [("dump_page", "a page has more than 1000 bytes")])


@pytest.mark.parametrize(
    ("name", "pages", "articles"),
    [
        ("bgwiki-latest-pages-articles-shortened.xml.bz2", 3, 1),  # in UTF-16
        ("enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2", 206, 106),
        ("enwiki-table-markup.xml.bz2", 5, 5),
    ],
)
def test_real_dumps_are_read_whole(shared_data: Path, name: str, pages: int, articles: int) -> None:
    dump = shared_data / "wikipedia" / name
    parts = cut_dump(str(dump), dump.stat().st_size, 50_000)
    items = [item for part in parts for item in read_pages(part)]
    assert len(items) == pages
    kinds = [i.namespace == 0 and not i.is_redirect for i in items if isinstance(i, Page)]
    assert sum(kinds) == articles
