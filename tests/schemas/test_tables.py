import pyarrow as pa
import pytest

from schemas.records import BenchmarkImage, ImageRef, LedgerRow, Match
from schemas.tables import (
    BENCHMARK_INDEX,
    CANDIDATES,
    CLUSTERS,
    LEDGER,
    MATCHES,
    METADATA,
    PLACEHOLDERS,
    POOL,
    benchmark_to_row,
    candidate_from_row,
    candidate_to_row,
    ledger_from_row,
    ledger_to_row,
    match_to_row,
    metadata_row,
    pool_from_row,
    pool_to_row,
    sample_json,
)
from tests.samples import make_candidate, make_pair


@pytest.mark.parametrize(
    "schema",
    [CANDIDATES, LEDGER, POOL, METADATA, MATCHES, BENCHMARK_INDEX, CLUSTERS, PLACEHOLDERS],
)
def test_every_table_carries_its_name_and_version(schema: pa.Schema) -> None:
    assert schema.metadata[b"webimagetext.version"] == b"1"


def test_a_candidate_survives_its_table() -> None:
    image = ImageRef(source="a.warc", offset=7, length=9)
    noted = {"page_language": "de", "text_changes": ("email", "phone"), "toxicity": 0.25}
    candidate = make_candidate(
        1,
        image=image,
        opt_out=("meta:noai",),
        language="en",
        language_score=0.5,
        raw_text="&amp;",
        **noted,
    )
    table = pa.Table.from_pylist([candidate_to_row(candidate)], schema=CANDIDATES)
    assert candidate_from_row(table.to_pylist()[0]) == candidate


def test_a_pool_row_survives_its_table() -> None:
    pair = make_pair(
        3,
        candidate=make_candidate(3, language="en", raw_text="&amp;"),
        phash=2**64 - 1,
        opt_out=("header:noindex",),
        overlap=("cifar10",),
    )
    table = pa.Table.from_pylist([pool_to_row(pair)], schema=POOL)
    assert pool_from_row(table.to_pylist()[0]) == pair


def test_a_pool_row_of_a_later_round_survives_its_table() -> None:
    pair = make_pair(
        3,
        image_sha256="1" * 64,
        etag='W/"1"',
        last_modified="Wed, 21 Oct 2015 07:28:00 GMT",
        change="changed",
        earlier_sha256="2" * 64,
        earlier_phash=2**64 - 1,
    )
    table = pa.Table.from_pylist([pool_to_row(pair)], schema=POOL)
    assert pool_from_row(table.to_pylist()[0]) == pair


def test_a_pool_that_was_written_before_there_were_rounds_is_read() -> None:
    row = pool_to_row(make_pair(3))
    for name in (
        "image_sha256",
        "etag",
        "last_modified",
        "change",
        "earlier_sha256",
        "earlier_phash",
    ):
        del row[name]
    assert pool_from_row(row) == make_pair(3)


def test_a_failed_row_has_an_error_message_as_img2dataset_has() -> None:
    row = pool_to_row(make_pair(1, status="failed_to_download", outcome="http_404", detail="gone"))
    assert row["error_message"] == "http_404: gone"
    assert pool_to_row(make_pair(1))["error_message"] is None


def test_ledger_rows_survive_their_table() -> None:
    row = LedgerRow(uid=None, url="http://e.org/", stage="crawl", outcome="robots", detail="all")
    assert ledger_from_row(ledger_to_row(row)) == row


def test_metadata_has_exactly_its_columns() -> None:
    assert list(metadata_row(make_pair(1))) == METADATA.names


def test_the_json_member_is_never_null_and_holds_no_time() -> None:
    bare = make_pair(1, candidate=make_candidate(1, page_url=None, fetched_at=None))
    full = make_pair(2)
    assert None not in sample_json(bare).values()
    assert sample_json(bare).keys() == sample_json(full).keys()
    assert not any("2026" in str(value) for value in sample_json(full).values())


def test_match_and_benchmark_rows_follow_their_schemas() -> None:
    match = Match(
        benchmark="b",
        benchmark_key="k",
        uid=None,
        pool_key="p",
        url=None,
        method="phash",
        distance=3,
    )
    image = BenchmarkImage(benchmark="b", key="k", sha256="0", phash=2**63)
    assert pa.Table.from_pylist([match_to_row(match)], schema=MATCHES).num_rows == 1
    assert pa.Table.from_pylist([benchmark_to_row(image)], schema=BENCHMARK_INDEX).num_rows == 1
