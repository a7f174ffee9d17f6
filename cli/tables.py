"""Finds the tables that a command is pointed at."""

import os

from pipeline.shards.storage import exists, join, list_files
from pipeline.shards.table import table_columns
from schemas.errors import UserError


def candidate_files(path: str) -> list[str]:
    """Returns the Parquet files of a candidates table: a file, its folder, or crawl's output."""
    return _tables(path, "candidates", needs=("uid", "url", "text"))


def pool_files(path: str) -> list[str]:
    """Returns the Parquet files of a pool that we made, or of dedupe's output."""
    return _tables(path, "kept", needs=("uid", "status", "sha256", "phash", "shard"))


def _tables(path: str, inner: str, needs: tuple[str, ...]) -> list[str]:
    if not exists(path):
        raise UserError(f"{path}: no such file or folder")
    if path.endswith(".parquet"):
        files = [_absolute(path)]
    else:
        folder = join(path, inner) if exists(join(path, inner)) else path
        files = [_absolute(file) for file in list_files(folder, ".parquet")]
    if not files:
        raise UserError(f"{path}: holds no Parquet table")
    for file in files:
        missing = [name for name in needs if name not in table_columns(file)]
        if missing:
            raise UserError(
                f"{file}: lacks the column {missing[0]!r}, so it is not what is due here"
            )
    return files


def _absolute(path: str) -> str:
    return path if "://" in path else os.path.abspath(path)
