from pathlib import Path

import pytest

from cli.tables import candidate_files, pool_files
from pipeline.shards.table import write_table
from schemas.errors import UserError
from schemas.tables import CANDIDATES, LEDGER, POOL


def test_a_table_is_found_as_file_as_folder_and_in_a_commands_output(tmp_path: Path) -> None:
    path = tmp_path / "candidates/00000.parquet"
    write_table(str(path), [], CANDIDATES)
    for name in (path, path.parent, tmp_path):
        assert candidate_files(str(name)) == [str(path)]


def test_a_pool_and_dedupes_output_are_pools(tmp_path: Path) -> None:
    write_table(str(tmp_path / "pool/00000.parquet"), [], POOL)
    write_table(str(tmp_path / "unique/kept/00000.parquet"), [], POOL)
    assert pool_files(str(tmp_path / "pool"))
    assert pool_files(str(tmp_path / "unique"))


def test_another_table_is_named_with_what_it_lacks(tmp_path: Path) -> None:
    write_table(str(tmp_path / "00000.parquet"), [], LEDGER)
    with pytest.raises(UserError, match="lacks the column 'text'"):
        candidate_files(str(tmp_path))
