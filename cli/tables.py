"""Finds the tables that a command is pointed at."""

import json
import os

from cli.running import SUMMARY
from cli.settings import locate
from pipeline.shards.storage import exists, is_remote, join, list_files, read_bytes
from pipeline.shards.table import table_columns
from schemas.errors import UserError


def candidate_files(path: str) -> list[str]:
    """Returns the Parquet files of a candidates table: a file, its folder, or crawl's output."""
    return _tables(path, "candidates", needs=("uid", "url", "text"))


def is_candidates(path: str) -> bool:
    """Whether `path` is a candidates table of ours or a folder that holds one."""
    return {"uid", "url", "text"} <= _columns(path, "candidates")


def pool_files(path: str, *inner: str) -> list[str]:
    """Returns the Parquet files of a pool that we made, or of dedupe's or score's output.

    Args:
        path: A pool, or an output that holds tables like a pool's.
        inner: Folders to look for within it before `kept`.
    """
    needs = ("uid", "status", "sha256", "phash", "shard")
    first = next((name for name in inner if exists(join(path, name))), "kept")
    return _tables(path, first, needs)


def image_folder(pairs: str) -> str:
    """Returns the pool that holds the images of pairs: itself, or what its output was made of."""
    summary = join(pairs, SUMMARY)
    told = json.loads(read_bytes(summary)) if exists(summary) else {}
    return str(told.get("pool", locate(pairs)))


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


def _columns(path: str, inner: str) -> set[str]:
    """Returns the columns of the table at `path`; none if there is no table."""
    if path.endswith(".parquet"):
        files = [path] if exists(path) else []
    elif is_remote(path) or os.path.isdir(path):
        folder = join(path, inner)
        files = list_files(folder if exists(folder) else path, ".parquet")
    else:
        files = []
    return set(table_columns(files[0])) if files else set()


def _absolute(path: str) -> str:
    return path if "://" in path else os.path.abspath(path)
