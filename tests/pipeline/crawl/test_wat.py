import gzip
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.crawl.options import ReadOptions
from pipeline.crawl.split_archive import split_archive
from pipeline.crawl.wat import read_wat
from schemas.outcomes import Failure, Reject
from schemas.records import Candidate, LedgerRow
from schemas.tables import CANDIDATES, candidate_to_row
from tests.pipeline.crawl.archives import record
from tests.pipeline.crawl.wats import URL, image, wat_json, wat_record

OPTIONS = ReadOptions(product_token="webimagetext")
Item = Candidate | LedgerRow


def read(folder: Path, *records: bytes, options: ReadOptions = OPTIONS) -> list[Item]:
    path = folder / "a.warc.wat.gz"
    path.write_bytes(b"".join(gzip.compress(data) for data in records))
    return list(read_wat(str(path), options))


def read_page(folder: Path, *args: Any, **more: Any) -> list[Item]:
    return read(folder, wat_record(wat_json(*args, **more)))


def candidates(items: list[Item]) -> list[tuple[str, str, str]]:
    return [(i.url, i.text, i.text_source) for i in items if isinstance(i, Candidate)]


def outcomes(items: list[Item]) -> list[str]:
    return [item.outcome for item in items if isinstance(item, LedgerRow)]


def test_image_with_its_texts_becomes_candidates_of_its_page(tmp_path: Path) -> None:
    head = {"Base": "/base/", "Link": [{"rel": "license", "url": "cc0"}]}
    first, second = read_page(tmp_path, [image("a.jpg", alt=" a  fox ", title="Reynard")], head)

    assert isinstance(first, Candidate)
    assert isinstance(second, Candidate)
    assert (first.url, first.text, first.text_source) == (
        "http://e.org/base/a.jpg",
        "a fox",
        "alt",
    )
    assert (second.text, second.text_source) == ("Reynard", "title")
    assert (first.page_url, first.licence_url) == (URL, "http://e.org/base/cc0")
    assert first.source == str(tmp_path / "a.warc.wat.gz")
    assert first.source_offset == 0
    assert first.fetched_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert first.image is None


def test_image_without_a_text_or_an_address_is_a_row(tmp_path: Path) -> None:
    links = [image("a.jpg"), image("", alt="x"), image("data:,x", alt="x"), image("a", alt=" ")]

    assert outcomes(read_page(tmp_path, links)) == [
        Reject.NO_ALT,
        Reject.NO_SRC,
        Reject.DATA_URI,
        Reject.NO_ALT,
    ]


def test_lazy_addresses_count_and_other_links_do_not(tmp_path: Path) -> None:
    links = [
        {"path": "IMG@/data-src", "url": "a.jpg", "alt": "one fox"},
        {"path": "IMG@/longdesc", "url": "b.html"},
        {"path": "A@/href", "url": "c.jpg", "alt": "no image"},
        {"path": "INPUT@/src", "url": "d.jpg", "alt": "no image"},
    ]

    assert [url for url, _, _ in candidates(read_page(tmp_path, links))] == [
        "http://e.org/dir/a.jpg"
    ]


def test_shared_image_has_the_texts_of_its_card(tmp_path: Path) -> None:
    head = {
        "Metas": [
            {"property": "og:image", "content": "/a.jpg"},
            {"property": "og:title", "content": "A fox"},
            {"name": "og:description", "content": "It runs"},
            {"property": "og:image:width", "content": "900"},
        ]
    }

    assert ("http://e.org/a.jpg", "A fox", "og") in candidates(read_page(tmp_path, [], head))


def test_only_the_places_asked_for_are_read(tmp_path: Path) -> None:
    text = wat_json([image("a.jpg", alt="a fox", title="Reynard")])
    options = ReadOptions(product_token="webimagetext", text_sources=("title",))

    assert candidates(read(tmp_path, wat_record(text), options=options)) == [
        ("http://e.org/dir/a.jpg", "Reynard", "title")
    ]


def test_signals_of_header_and_head_are_put_down(tmp_path: Path) -> None:
    head = {"Metas": [{"name": "ROBOTS", "content": "noai"}]}
    headers = {"x-robots-tag": ["otherbot: none", "noimageai"]}
    (found,) = read_page(tmp_path, [image("a.jpg", alt="a fox")], head, headers)

    assert isinstance(found, Candidate)
    assert set(found.opt_out) == {"header:noimageai", "meta:noai"}


@pytest.mark.parametrize("status", ["404", "302", ""])
def test_pages_of_other_statuses_yield_nothing_as_in_warc_files(
    tmp_path: Path, status: str
) -> None:
    assert not read_page(tmp_path, [image("a.jpg", alt="a fox")], status=status)


def test_odd_texts_are_cleaned_and_fit_the_tables(tmp_path: Path) -> None:
    """Case 65."""
    import pyarrow as pa

    alts = ["x" * 2**20, "lone \ud800 surrogate", "nul \0 byte", "\u202eright to left\u200b"]
    found = read_page(tmp_path, [image(f"{n}.jpg", alt=alt) for n, alt in enumerate(alts)])
    rows = [candidate_to_row(item) for item in found if isinstance(item, Candidate)]

    assert len(rows) == 4
    assert pa.Table.from_pylist(rows, schema=CANDIDATES).num_rows == 4
    assert [row["text"] for row in rows[1:3]] == ["lone surrogate", "nul byte"]


def test_bad_lines_are_rows_and_their_neighbours_stay(tmp_path: Path) -> None:
    """Case 65."""
    good = wat_record(wat_json([image("a.jpg", alt="a fox")]))
    no_url = wat_json([image("a.jpg", alt="a fox")]).replace("WARC-Target-URI", "X")
    bad = [b"not JSON", b"", b'{"HTML-Metadata":"IMG@/', b"\xff\xfe", no_url.encode()]
    items = read(tmp_path, good, *(wat_record(line) for line in bad), good)

    assert len(candidates(items)) == 2
    assert outcomes(items) == [Failure.ROW] * 4 + [Reject.URL]
    assert all("at byte " in item.detail for item in items if isinstance(item, LedgerRow))


def test_record_over_the_limit_is_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Case 64."""
    monkeypatch.setattr("pipeline.crawl.wat.MAX_BLOCK_BYTES", 1000)
    large = wat_record(wat_json([image("a.jpg", alt="x" * 2000)]))
    small = wat_record(wat_json([image("a.jpg", alt="x")]))

    assert outcomes(read(tmp_path, large, small)) == [Failure.TOO_LARGE]


def test_pages_of_arc_files_are_named_as_there(tmp_path: Path) -> None:
    text = wat_json([image("a.jpg", alt="a fox")])
    text = text.replace("WARC-Header-Metadata", "ARC-Header-Metadata")
    text = text.replace("WARC-Target-URI", "Target-URI")

    assert len(candidates(read(tmp_path, wat_record(text)))) == 1


def test_address_in_brackets_is_taken_as_wget_meant_it(tmp_path: Path) -> None:
    text = wat_json([image("a.jpg", alt="a fox")]).replace(URL, f"<{URL}>")

    assert [url for url, _, _ in candidates(read(tmp_path, wat_record(text)))] == [
        "http://e.org/dir/a.jpg"
    ]


def test_requests_and_other_records_yield_nothing(tmp_path: Path) -> None:
    request = '{"Envelope":{"Payload-Metadata":{"HTTP-Request-Metadata":{}}}}'

    assert not read(tmp_path, record("urn:x", b"software: x", "warcinfo"), wat_record(request))


# metadata, pages, image links and links with alt as the data's README counts them. Ours: status
# 200 alone, and no `data:` URL; of iah 46 pages of other statuses with 70 images go (its manifest
# counts 14 images less than the pages hold), of govuk-1 four with 1, of govuk-2 one with 1.
REAL = [
    ("iah-blackbook-2008", 844 - 70, 666 - 70),
    ("books.toscrape", 20, 20),
    ("ai2-people-2024", 240, 169 - 119),  # drawn logos and icons (.svg) with an alt text,
    ("cc-slice-2020-trimmed", 119, 28),
    ("whirlwind", 13, 7),
    ("govuk-2014-1", 75 - 1, 11 - 1),
    ("govuk-2014-2-revisit", 6 - 1, 2 - 1),
]


@pytest.mark.parametrize(("name", "images", "alts"), REAL)
def test_real_wats_give_what_the_manifest_counts(
    shared_data: Path, name: str, images: int, alts: int
) -> None:
    options = ReadOptions(product_token="webimagetext", text_sources=("alt",))
    path = shared_data / "warc" / "wat" / f"{name}.warc.wat.gz"
    items = list(read_wat(str(path), options))
    found = Counter("alt" if isinstance(item, Candidate) else item.outcome for item in items)

    assert len(items) == images
    assert found["alt"] + found[Reject.URL] == alts


def test_parts_of_a_wat_are_the_wat(shared_data: Path) -> None:
    path = str(shared_data / "warc" / "wat" / "iah-blackbook-2008.warc.wat.gz")
    parts = list(split_archive(path, 200_000))
    found = [i for start, end in parts for i in read_wat(path, OPTIONS, start=start, end=end)]

    assert len(parts) > 4
    assert found == list(read_wat(path, OPTIONS))
