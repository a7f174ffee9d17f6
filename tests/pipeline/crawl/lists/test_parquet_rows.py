import io
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.crawl.lists import parquet_rows
from pipeline.crawl.lists.parquet_rows import cut_parquet, open_parquet, read_parquet
from pipeline.crawl.lists.row import BrokenRow
from schemas.errors import RecordFailed
from schemas.outcomes import Failure


def write(table: pa.Table, row_group_size: int = 10) -> bytearray:
    stream = io.BytesIO()
    pq.write_table(table, stream, row_group_size=row_group_size, write_page_checksum=True)
    return bytearray(stream.getvalue())


NUMBERS = write(pa.table({"n": range(35), "text": [f"text {n}" for n in range(35)]}))


def read(data: bytes, start: int = 0, end: int = -1, names: tuple[str, ...] = ("n",)) -> list:
    table = open_parquet(io.BytesIO(data))
    return list(read_parquet(table, names, start, end, batch=4))


def test_row_groups_keep_the_numbers_of_their_rows() -> None:
    assert read(NUMBERS) == [(n, {"n": n}) for n in range(35)]
    assert read(NUMBERS, 1, 3) == [(n, {"n": n}) for n in range(10, 30)]
    assert read(NUMBERS, 3, 99) == [(n, {"n": n}) for n in range(30, 35)]


def test_parts_are_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_rows, "MIN_PART_ROWS", 20)
    cuts = list(cut_parquet(open_parquet(io.BytesIO(NUMBERS))))
    assert cuts == [(0, 2), (2, 4)]
    assert [row for cut in cuts for row in read(NUMBERS, *cut)] == read(NUMBERS)
    monkeypatch.setattr(parquet_rows, "MIN_PART_BYTES", 1)
    assert len(list(cut_parquet(open_parquet(io.BytesIO(NUMBERS))))) == 4


def test_a_damaged_row_group_is_one_broken_row_in_its_place() -> None:
    raw = bytearray(NUMBERS)
    column = pq.ParquetFile(io.BytesIO(NUMBERS)).metadata.row_group(1).column(0)
    raw[column.dictionary_page_offset + 40] ^= 0xFF
    found = read(raw)
    assert [number for number, _ in found] == [*range(11), *range(20, 35)]
    assert found[10][1] == BrokenRow(why="damaged in row group 1", outcome=Failure.FILE_FORMAT)


def test_times_are_text_to_the_nanosecond() -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    nanoseconds = int(at.timestamp()) * 10**9 + 7
    table = pa.table(
        {
            "ns": pa.array([nanoseconds, None], pa.timestamp("ns", tz="UTC")),
            "far": pa.array([10**15, 0], pa.timestamp("ms")),
            "day": pa.array([2**31 - 1, 0], pa.date32()),
        }
    )
    (_, first), (_, second) = read(write(table), names=("ns", "far", "day"))
    assert first["ns"] == "2026-01-02T03:04:05.000000007Z"
    assert second == {"ns": None, "far": "1970-01-01T00:00:00.000", "day": "1970-01-01"}


@pytest.mark.parametrize(
    ("data", "outcome"),
    [
        (b"", Failure.FILE_EMPTY),
        (b"url,text\n", Failure.FILE_FORMAT),
        (bytes(NUMBERS[:-20]), Failure.FILE_FORMAT),
        (b"PAR1" + bytes(20) + b"PAR1", Failure.FILE_FORMAT),
    ],
)
def test_what_is_no_parquet_file_fails_by_name(data: bytes, outcome: Failure) -> None:
    with pytest.raises(RecordFailed) as failed:
        open_parquet(io.BytesIO(data))
    assert failed.value.outcome == outcome
