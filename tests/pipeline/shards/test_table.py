from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.shards.table import read_rows, table_columns, write_parts, write_table
from schemas.errors import UserError
from schemas.records import LedgerRow
from schemas.tables import LEDGER, ledger_to_row


def rows(count: int) -> list[dict[str, object]]:
    return [
        ledger_to_row(LedgerRow(uid=f"{n:032x}", url=None, stage="crawl", outcome="robots"))
        for n in range(count)
    ]


@pytest.mark.parametrize("count", [0, 1, 10_001])
def test_rows_survive_the_table(tmp_path: Path, count: int) -> None:
    path = str(tmp_path / "t.parquet")
    assert write_table(path, iter(rows(count)), LEDGER) == count
    assert list(read_rows(path)) == rows(count)
    assert table_columns(path) == LEDGER.names


def test_the_schema_version_travels_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    write_table(str(path), [], LEDGER)
    assert pq.read_schema(path).metadata[b"webimagetext.table"] == b"ledger"


def test_equal_rows_give_equal_bytes(tmp_path: Path) -> None:
    one, other = tmp_path / "a.parquet", tmp_path / "b.parquet"
    write_table(str(one), rows(100), LEDGER)
    write_table(str(other), rows(100), LEDGER)
    assert one.read_bytes() == other.read_bytes()


def test_a_missing_column_or_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    write_table(str(path), rows(3), LEDGER)
    with pytest.raises(UserError, match="lacks the column 'phash'"):
        list(read_rows(str(path), ["phash"]))
    path.write_bytes(b"PAR1 no table")
    with pytest.raises(UserError, match=r"t\.parquet: not a readable Parquet table"):
        list(read_rows(str(path)))


def test_parts_are_one_table_of_bounded_row_groups(tmp_path: Path) -> None:
    path = str(tmp_path / "t.parquet")
    parts = [pa.Table.from_pylist(rows(n), LEDGER) for n in (3, 25_000)]
    assert write_parts(path, iter(parts), LEDGER) == 25_003
    metadata = pq.read_metadata(path)
    sizes = [metadata.row_group(n).num_rows for n in range(metadata.num_row_groups)]
    assert sizes == [3, 10_000, 10_000, 5000]
