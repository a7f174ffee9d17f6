"""The records that cross stages."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

TextSource = Literal["alt", "title", "figcaption", "og", "meta", "context", "list"]


class ImageKind(StrEnum):
    """How an image lies in the file that holds it."""

    WARC = "warc"  # a WARC record
    BYTES = "bytes"  # the image's own bytes: a picture file, or a part of a bigger file


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRef:
    """Where the bytes of an image lie in a file, so that it needs no network.

    Attributes:
        source: The file, a path or URL.
        offset: Bytes from the file's start to the record (its compressed member, if it is in one),
            or to the image's first byte.
        length: Bytes of the record's block, HTTP headers included, or of the image.
        kind: What lies there.
    """

    source: str
    offset: int
    length: int
    kind: ImageKind = ImageKind.WARC


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A URL and a text that may become a pair.

    Attributes:
        uid: `schemas.uid.make_uid(url, text)`.
        url: Absolute, from `schemas.uid.resolve_url`; of a picture at hand that has none,
            `schemas.uid.name_picture`.
        text: White space collapsed.
        source: The file or seed it was found in.
        source_offset: Byte offset of the record in `source`, or row number in a list.
        fetched_at: When the page was fetched, UTC.
        opt_out: Signals seen on the page, such as `meta:noai`, sorted.
        image: The image's bytes, if a file of the same run holds them.
        extra: JSON object of the columns that a list has beside those that are used.
    """

    uid: str
    url: str
    text: str
    text_source: TextSource
    page_url: str | None = None
    source: str
    source_offset: int | None = None
    fetched_at: datetime | None = None
    licence_url: str | None = None
    opt_out: tuple[str, ...] = ()
    image: ImageRef | None = None
    extra: str | None = None
    language: str | None = None
    language_score: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """Why a candidate is not in the dataset.

    Attributes:
        uid: None for what never became a candidate: a broken file, a page that was refused.
        outcome: A `Reject`, a `Failure` or `http_NNN`.
        detail: Our own words, the same on every run.
    """

    uid: str | None
    url: str | None
    stage: str
    outcome: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolRow:
    """What became of one URL that was tried; the fields are img2dataset's columns and ours.

    Attributes:
        shard: Number of the pool shard; the tar and Parquet are named after it.
        status: `success`, `failed_to_download` or `failed_to_resize`, as img2dataset says.
        outcome: `ok`, a `Reject`, a `Failure` or `http_NNN`.
        detail: The ledger's detail; img2dataset's `error_message` is made of it and `outcome`.
        width: Pixels of the stored image; `original_width` of the upright original.
        sha256: Of the original bytes, hex; `md5` and `sha512` too, if the recipe asks for one.
        phash: `dedup.phash`, 64 bits.
        damaged: Whether the decoder had to mend the file.
        bytes: Of the original body.
        image_bytes: Of the stored member.
        extension: Of the stored member, without the dot.
        exif: JSON object as text.
    """

    candidate: Candidate
    shard: int
    status: str
    outcome: str
    detail: str = ""
    http_status: int | None = None
    final_url: str | None = None
    fetched_at: datetime | None = None
    opt_out: tuple[str, ...] = ()
    bytes: int | None = None
    image_bytes: int | None = None
    extension: str | None = None
    width: int | None = None
    height: int | None = None
    original_width: int | None = None
    original_height: int | None = None
    sha256: str | None = None
    md5: str | None = None
    sha512: str | None = None
    phash: int | None = None
    exif: str | None = None
    damaged: bool | None = None
    overlap: tuple[str, ...] = ()

    @property
    def uid(self) -> str:
        """The pair's id."""
        return self.candidate.uid


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkImage:
    """One image of a benchmark's test set, without its pixels.

    Attributes:
        key: Its path or key within the benchmark.
    """

    benchmark: str
    key: str
    sha256: str
    phash: int
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolImage:
    """One image of what is measured, without its pixels.

    Attributes:
        pool_key: File name or tar member; the uid in a pool of ours.
    """

    pool_key: str
    sha256: str
    phash: int
    uid: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A benchmark image found in the pool.

    Attributes:
        method: `sha256` (same bytes) or `phash`.
        distance: Hamming distance of the 64-bit pHashes; 0 for `sha256`.
        transform: `none` where the copy needed no flip or rotation to match.
        score: Of the alignment, up to 1, where one was made.
        crop: What of the benchmark image the copy shows: x0, y0, x1, y1 as shares of its sides.
    """

    benchmark: str
    benchmark_key: str
    uid: str | None
    pool_key: str
    url: str | None
    method: str
    distance: int
    transform: str = "none"
    score: float | None = None
    crop: tuple[float, float, float, float] | None = None
