"""The archives that other readers trip over, each by its name, with the counts explained."""

from pathlib import Path

import pytest

from pipeline.crawl.page import Page
from pipeline.crawl.warc import ArchivedImage, Item, read_archive
from schemas.outcomes import Failure
from schemas.records import LedgerRow


@pytest.fixture
def edge(shared_data: Path) -> Path:
    return shared_data / "warc" / "edge"


def read(path: Path) -> list[Item]:
    return list(read_archive(str(path), "webimagetext"))


def pages(items: list[Item]) -> list[str]:
    return [item.url for item in items if isinstance(item, Page)]


def rows(items: list[Item]) -> list[tuple[str, str]]:
    return [(item.outcome, item.detail) for item in items if isinstance(item, LedgerRow)]


EXAMPLE = ["http://example.com/"]


@pytest.mark.parametrize(
    ("name", "urls"),
    [
        # 6 records: 2 warcinfo, and each a response, its request, a revisit, its request.
        ("example.warc.gz", EXAMPLE),
        # The same, with the URLs in angle brackets as old wget wrote them.
        ("example-wget-bad-target-uri.warc.gz", EXAMPLE),
        # The header in one gzip member and the block in the next: FastWARC reads on.
        ("example-wrong-chunks.warc.gz", EXAMPLE),
        # One member around all records: pages, without offsets.
        ("example-bad-non-chunked.warc.gz", EXAMPLE),
        ("example-bad.warc.gz.bad", ["http://example.com/?example=1"]),
        # A chunked answer among a warcinfo and a request.
        ("example-iana.org-chunked.warc", ["http://www.iana.org/"]),
        # A resource record with HTML in it, without HTTP headers.
        ("example-resource.warc.gz", ["http://example.com/"]),
        # A filedesc record, and one page.
        ("example.arc.gz", EXAMPLE),
        # Answers to POST are forms' results in JSON, and no pages.
        ("post-test.warc.gz", []),
        # Four requests, whose digests are wrong or in base 64: nothing of a request is read.
        ("example-digest.warc", []),
        ("cc.warc.gz", None),
        ("transfer_compression_gzip_chunked.warc.gz", None),
        ("transfer_compression_brotli.warc.gz", None),
    ],
)
def test_archive_that_is_odd_but_whole_gives_its_pages(
    edge: Path, name: str, urls: list[str] | None
) -> None:
    items = read(edge / name)

    assert not rows(items)
    assert pages(items) == urls if urls is not None else len(pages(items)) == 1


def test_html_lang_attribute_gives_its_five_pages(edge: Path) -> None:
    items = read(edge / "html-lang-attribute.warc")

    assert (len(pages(items)), rows(items)) == (5, [])


def test_compressed_transfers_are_undone(edge: Path) -> None:
    for name in ("transfer_compression_gzip_chunked", "transfer_compression_brotli"):
        (page,) = read(edge / f"{name}.warc.gz")
        assert isinstance(page, Page)
        assert b"<html" in page.body.lower()


def test_pages_of_one_big_member_have_no_offset(edge: Path) -> None:
    """Case 61."""
    (page,) = read(edge / "example-bad-non-chunked.warc.gz")

    assert isinstance(page, Page)
    assert page.source_offset is None


def test_example_trunc_loses_the_record_whose_length_is_wrong(edge: Path) -> None:
    """Case 62: the page's block is longer than its header says; the request behind it is whole."""
    items = read(edge / "example-trunc.warc")

    assert not pages(items)
    assert rows(items) == [
        (Failure.WARC_RECORD, "at byte 1197: wrong length in the header"),
    ]


def test_example_space_in_url_arc_is_cut_in_its_only_page(edge: Path) -> None:
    """Cases 59 and 62: its line says 1591 bytes, the file has 1579."""
    items = read(edge / "example-space-in-url.arc")

    assert rows(items) == [(Failure.WARC_TRUNCATED, "at byte 151: the file ends in a record")]


def test_bad_arc_has_no_length_in_any_line(edge: Path) -> None:
    """Case 62: lengths of -1 and `abc`; one record of one byte is whole, and no page."""
    items = read(edge / "bad.arc")

    assert not pages(items)
    assert rows(items) == [
        (Failure.WARC_RECORD, "at byte 0: no record"),
        (Failure.WARC_RECORD, "at byte 262: no record"),
    ]


def test_evil_warc_headers_claims_more_than_the_file_has(edge: Path) -> None:
    """Cases 59 and 62: LF alone, and 6000 bytes where some 700 are."""
    items = read(edge / "Evil-Warc-Headers.warc")

    assert rows(items) == [(Failure.WARC_TRUNCATED, "at byte 0: the file ends in a record")]


def test_every_edge_case_is_here(edge: Path) -> None:
    here = Path(__file__).read_text()
    names = {path.name for path in edge.iterdir()} - {"manifest.tsv"}

    assert {name for name in names if name.partition(".")[0] not in here} <= {
        "example-trunc.warc",  # by the names of their tests
        "example-space-in-url.arc",
        "bad.arc",
        "Evil-Warc-Headers.warc",
        "html-lang-attribute.warc",
    }


# As `test_warc.REAL`, for the one file of the manifest that has no WAT.
def test_link_extraction_test_loses_its_last_record(shared_data: Path) -> None:
    """9 pages; behind the last of them stand CR CR LF where CR LF CR LF is due."""
    items = read(shared_data / "warc" / "link-extraction-test.warc")

    assert len(pages(items)) == 8
    assert rows(items) == [(Failure.WARC_RECORD, "at byte 13841: wrong length in the header")]


def test_revisits_of_govuk_yield_nothing(shared_data: Path) -> None:
    """55 revisits: their originals lie in the other file."""
    items = read(shared_data / "warc" / "govuk-2014-2-revisit.warc.gz")

    assert len(pages(items)) == 6
    assert not [item for item in items if isinstance(item, ArchivedImage)]
