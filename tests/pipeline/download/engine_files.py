"""A shard as img2dataset 1.47.0 writes it, for tests that damage one."""

import io
import json
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.records import Candidate
from tests.samples import make_image

SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("uid", "caption", "url", "key", "status", "error_message")]
    + [(f"{of}{side}", pa.int32()) for of in ("", "original_") for side in ("width", "height")]
    + [("exif", pa.string()), ("sha256", pa.string())]
)


@dataclass
class EngineFiles:
    """Rows, members and statistics that a test may change before they are written."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    members: dict[str, bytes] = field(default_factory=dict)
    stats: dict[str, Any] = field(default_factory=dict)

    def write(self, folder: Path, number: int = 0) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        table = pa.Table.from_pylist(self.rows, schema=SCHEMA)
        pq.write_table(table, folder / f"{number:05d}.parquet")
        with tarfile.open(folder / f"{number:05d}.tar", "w") as tar:
            for name, data in self.members.items():
                header = tarfile.TarInfo(name)
                header.size = len(data)
                tar.addfile(header, io.BytesIO(data))
        (folder / f"{number:05d}_stats.json").write_text(json.dumps(self.stats))


def make_files(candidates: Sequence[Candidate], failed: Sequence[Candidate] = ()) -> EngineFiles:
    """Returns a faultless shard: images of 96x80 for `candidates`, a 404 for `failed`."""
    files = EngineFiles()
    for number, candidate in enumerate([*candidates, *failed]):
        key = f"{number:09d}"
        row: dict[str, Any] = dict.fromkeys(SCHEMA.names)
        row |= {"uid": candidate.uid, "caption": candidate.text, "url": candidate.url, "key": key}
        files.rows.append(row)
        if candidate in failed:
            row |= {"status": "failed_to_download", "error_message": "HTTP Error 404: Not Found"}
            continue
        row |= {"status": "success", "sha256": f"{number:064x}", "exif": "{}"}
        row |= {"width": 96, "height": 80, "original_width": 192, "original_height": 160}
        files.members[f"{key}.jpg"] = make_image(number)
        files.members[f"{key}.txt"] = candidate.text.encode()
        files.members[f"{key}.json"] = json.dumps(row, indent=4).encode()
    files.stats = {
        "count": len(files.rows),
        "successes": len(candidates),
        "failed_to_download": len(failed),
        "failed_to_resize": 0,
        "start_time": 1_700_000_000.5,
    }
    return files
