"""What img2dataset wrote of one shard, held against what it was asked for.

It exits 0 whatever it lost: a shard whose process died has no files, a sample whose JSON could not
be written has no row (measured: a column of bytes empties a shard that `_stats.json` calls a
success). So nothing is believed but what its rows, its tar and its statistics say together.
"""

import json
import tarfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from dedup.phash import phash_grey
from pipeline.download.decode import DecodedImage, decode_image
from pipeline.download.exif import MAX_EXIF_CHARS
from pipeline.download.img2dataset_errors import to_record_error
from pipeline.download.processed import ProcessedImage
from pipeline.download.texture import measure_texture
from pipeline.shards.pack import shard_name
from pipeline.shards.storage import join, read_bytes
from schemas.errors import RecordError, RecordFailed
from schemas.outcomes import Failure
from schemas.records import Candidate
from schemas.tables import Row

_STATUSES = {
    "successes": "success",
    "failed_to_download": "failed_to_download",
    "failed_to_resize": "failed_to_resize",
}
_SAME_IN_JSON = ("uid", "url", "sha256", "width", "height")
# exifread's names; places and makers' private notes stay out, as in the images that we decode.
_PRIVATE_EXIF = ("GPS", "Image GPS", "MakerNote", "EXIF MakerNote", "EXIF UserComment")


class Reconciled(NamedTuple):
    """What became of one candidate.

    Attributes:
        status: img2dataset's own; `failed_to_download` where it lost the candidate.
        found: The stored image, or why there is none.
    """

    status: str
    found: ProcessedImage | RecordError


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineShard:
    """A shard as img2dataset left it.

    Attributes:
        rows: By uid; more than one of a uid is as bad as none.
        tar: Open, unless nothing can be believed.
        members: By name.
        started_at: When img2dataset began with it.
        broken: Why nothing of it can be believed; empty if that is not so.
    """

    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    tar: tarfile.TarFile | None = None
    members: Mapping[str, tarfile.TarInfo] = field(default_factory=dict)
    started_at: datetime | None = None
    broken: str = ""

    def settle(self, candidate: Candidate, extension: str, max_pixels: int) -> Reconciled:
        """Returns what became of `candidate`: `engine_lost` where what is left does not agree.

        Args:
            candidate: One that img2dataset was asked for.
            extension: Of the images in the tar.
            max_pixels: Of a stored image.
        """
        try:
            row = self._row(candidate)
            if row["status"] != "success":
                error = to_record_error(row["error_message"] or "", row["status"])
                return Reconciled(row["status"], error)
            return Reconciled("success", self._image(row, extension, max_pixels))
        except RecordFailed as error:
            return Reconciled("failed_to_download", error)

    def _row(self, candidate: Candidate) -> Row:
        if self.broken:
            raise _lost(self.broken)
        rows = self.rows.get(candidate.uid, ())
        if len(rows) != 1:
            raise _lost("no row" if not rows else "more than one row")
        if rows[0]["url"] != candidate.url or rows[0]["status"] not in _STATUSES.values():
            raise _lost("a row that contradicts what was asked for")
        return rows[0]

    def _image(self, row: Row, extension: str, max_pixels: int) -> ProcessedImage:
        data = self._member(f"{row['key']}.{extension}")
        _check_json(row, self._member(f"{row['key']}.json"))
        if self._member(f"{row['key']}.txt") != row["caption"].encode():
            raise _lost("its text in the tar is another one")
        decoded = _decode(data, max_pixels)
        height, width = decoded.pixels.shape[:2]
        texture = measure_texture(decoded.grey)
        stored = (row["width"] or width, row["height"] or height)
        if sorted(stored) != sorted((width, height)):  # we turn upright what it leaves lying
            raise _lost("its stored image is not of the size that its row says")
        return ProcessedImage(
            data=data,
            extension=extension,
            width=stored[0],
            height=stored[1],
            original_width=row["original_width"] or width,
            original_height=row["original_height"] or height,
            sha256=row["sha256"],
            phash=phash_grey(decoded.grey),
            exif=clean_exif(row["exif"]),
            entropy=texture.entropy,
            sharpness=texture.sharpness,
            edge_ratio=texture.edge_ratio,
        )

    def _member(self, name: str) -> bytes:
        assert self.tar
        header = self.members.get(name)
        try:
            stream = self.tar.extractfile(header) if header else None
            data = stream.read() if stream else b""
        except tarfile.TarError as error:
            raise _lost("its tar is cut") from error
        if header is None or len(data) != header.size:
            raise _lost("a success without its files in the tar")
        return data


@contextmanager
def open_engine_shard(
    folder: str, number: int, candidates: Sequence[Candidate]
) -> Iterator[EngineShard]:
    """Yields shard `number` of img2dataset's output in `folder`, whatever state it is in.

    Args:
        folder: Local.
        number: Of the shard there.
        candidates: All that it was asked for.
    """
    stem = join(folder, shard_name(number))
    try:
        stats = _read_stats(f"{stem}_stats.json")
        rows = _read_rows(f"{stem}.parquet")
        _check_stats(stats, rows, candidates)
        tar = _open_tar(f"{stem}.tar")
    except RecordFailed as error:
        yield EngineShard(broken=error.detail)
        return
    by_uid: dict[str, list[Row]] = {}
    for row in rows:
        by_uid.setdefault(row["uid"], []).append(row)
    with tar:
        yield EngineShard(
            rows=by_uid,
            tar=tar,
            members={header.name: header for header in tar.getmembers()},
            started_at=datetime.fromtimestamp(stats["start_time"], UTC),
        )


def clean_exif(text: str | None) -> str:
    """Returns img2dataset's EXIF, bounded, without places and private notes."""
    tags = json.loads(text or "{}")
    shown = {name: value for name, value in tags.items() if not name.startswith(_PRIVATE_EXIF)}
    cleaned = json.dumps(shown, sort_keys=True)
    return cleaned if len(cleaned) <= MAX_EXIF_CHARS else "{}"


def _read_stats(path: str) -> dict[str, Any]:
    try:
        stats: dict[str, Any] = json.loads(read_bytes(path))
    except FileNotFoundError as error:
        raise _lost("its shard was not finished") from error
    except ValueError as error:
        raise _lost("the statistics of its shard are cut") from error
    return stats


def _read_rows(path: str) -> list[Row]:
    try:
        with open(path, "rb") as stream:
            rows: list[Row] = pq.ParquetFile(stream).read().to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise _lost("the table of its shard cannot be read") from error
    return rows


def _check_stats(
    stats: Mapping[str, Any], rows: Sequence[Row], candidates: Sequence[Candidate]
) -> None:
    """Lets statistics count rows that are missing, for those are lost one by one; nothing else."""
    statuses = Counter(row["status"] for row in rows)
    missing = len(candidates) - len(rows)
    counted = {name: stats.get(name, 0) - statuses[status] for name, status in _STATUSES.items()}
    if stats.get("count") != len(candidates) or min(counted.values()) < 0:
        raise _lost("the statistics of its shard contradict its rows")
    if sum(counted.values()) > missing:
        raise _lost("the statistics of its shard count more than its rows")


def _open_tar(path: str) -> tarfile.TarFile:
    try:
        tar = tarfile.open(path, "r:")  # noqa: SIM115 - the caller closes it
        tar.getmembers()
    except (tarfile.TarError, OSError) as error:
        raise _lost("the tar of its shard cannot be read") from error
    return tar


def _check_json(row: Row, data: bytes) -> None:
    try:
        member = json.loads(data)
    except ValueError as error:
        raise _lost("its JSON in the tar is none") from error
    if any(member.get(name) != row[name] for name in _SAME_IN_JSON):
        raise _lost("its JSON in the tar contradicts its row")


def _decode(data: bytes, max_pixels: int) -> DecodedImage:
    try:
        return decode_image(data, max_pixels)
    except RecordFailed as error:
        if error.outcome == Failure.PIXELS:
            raise
        raise _lost("its stored image does not decode") from error


def _lost(detail: str) -> RecordFailed:
    return RecordFailed(Failure.ENGINE_LOST, detail)
