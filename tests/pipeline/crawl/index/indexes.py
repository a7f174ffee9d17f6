"""Indexes of archives that tests make, by warcio, in the layouts that Common Crawl publishes."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from warcio.archiveiterator import ArchiveIterator

from pipeline.crawl.index.cdxj import SCHEMA


def index_rows(root: Path, name: str, **more: Any) -> list[dict[str, Any]]:
    """Returns a row for each response of the archive `root/name`."""
    rows = []
    with (root / name).open("rb") as stream:
        records = ArchiveIterator(stream)
        for record in records:
            if record.rec_type != "response" or record.http_headers is None:
                continue
            content_type = record.http_headers.get_header("Content-Type")
            record.content_stream().read()
            rows.append(
                {
                    "url": record.rec_headers.get_header("WARC-Target-URI"),
                    "content_mime_type": content_type,
                    "content_languages": "por",
                    "fetch_status": 200,
                    "warc_filename": name,
                    "warc_record_offset": records.get_record_offset(),
                    "warc_record_length": records.get_record_length(),
                }
                | more
            )
    return rows


def write_parquet(path: Path, rows: list[dict[str, Any]], row_group_size: int = 1000) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, SCHEMA), path, row_group_size=row_group_size)
    return path


def cdxj_line(row: dict[str, Any]) -> str:
    fields = {
        "url": row["url"],
        "mime": row["content_mime_type"],
        "status": str(row["fetch_status"]),
        "languages": row["content_languages"],
        "filename": row["warc_filename"],
        "offset": str(row["warc_record_offset"]),
        "length": str(row["warc_record_length"]),
    }
    return f"org,e)/ 20260101000000 {json.dumps(fields)}\n"
