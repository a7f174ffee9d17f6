"""The records that cross stages."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from schemas.record import Record

TextSource = Literal["alt", "title", "figcaption", "og", "meta", "context", "list"]


class ImageKind(StrEnum):
    """How an image lies in the file that holds it."""

    WARC = "warc"  # a WARC record
    BYTES = "bytes"  # the image's own bytes: a picture file, or a part of a bigger file


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRef(Record):
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
class Candidate(Record):
    """A URL and a text that may become a pair.

    Attributes:
        uid: `schemas.uid.make_uid` of the URL and the text as it was written: `raw_text` or `text`.
        url: Absolute, from `schemas.uid.resolve_url`; of a picture at hand that has none,
            `schemas.uid.name_picture`.
        text: White space collapsed; cleaned, if the recipe asks for it.
        source: The file or seed it was found in.
        source_offset: Byte offset of the record in `source`, or row number in a list.
        fetched_at: When the page was fetched, UTC.
        opt_out: Signals seen on the page, such as `meta:noai`, sorted.
        image: The image's bytes, if a file of the same run holds them.
        extra: JSON object of the columns that a list has beside those that are used.
        page_language: What the page says of itself, such as `de`.
        text_changes: What was taken out of `text` since its birth, such as `email`; the uid stays.
        toxicity: Probability that the text is toxic, if a model was asked.
        raw_text: As the page wrote it, if cleaning changed it (docs/decisions/0012).
        queries: All queries of the list that the text holds, in the list's order.
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
    page_language: str | None = None
    text_changes: tuple[str, ...] = ()
    toxicity: float | None = None
    raw_text: str | None = None
    queries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow(Record):
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
class PoolRow(Record):
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
        image_sha256: Of the stored member, hex.
        etag: What the host calls this version (RFC 9110, 8.8.3); `last_modified` likewise.
        change: A `Change` since the earlier round; None without one, or if it is not known.
        earlier_sha256: Of the picture that the earlier round knew, unless this is the same;
            `earlier_phash` likewise.
        entropy: See `pipeline.download.texture`, as are `sharpness` and `edge_ratio`.
        clip_score: Cosine of image and text, -1 to 1; this and the next are None if not asked for.
        aesthetic_score: What that head says; so are `nsfw_score` and `watermark_score`.
        faces: How many were found.
        score_model: What made the scores, so that none is made twice.
        alternative_texts: Captions of the copies that this pair is kept for, the best first.
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
    image_sha256: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    change: str | None = None
    earlier_sha256: str | None = None
    earlier_phash: int | None = None
    entropy: float | None = None
    sharpness: float | None = None
    edge_ratio: float | None = None
    clip_score: float | None = None
    aesthetic_score: float | None = None
    nsfw_score: float | None = None
    watermark_score: float | None = None
    faces: int | None = None
    score_model: str | None = None
    overlap: tuple[str, ...] = ()
    alternative_texts: tuple[str, ...] = ()

    @property
    def uid(self) -> str:
        """The pair's id."""
        return self.candidate.uid


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyEdge:
    """Two pairs of a pool that show the same picture, as something surer than a hash says.

    Attributes:
        kind: What says so, such as `aligned`.
        score: How sure it is, 0 to 1.
    """

    uid: str
    other_uid: str
    kind: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What is known of a picture without its pixels.

    Attributes:
        sha256: Of the file's bytes, in hex.
        phash: 64 bits.
        thumbnail: As that of a `BenchmarkImage`.
    """

    sha256: str
    phash: int
    thumbnail: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkImage(Record):
    """One image of a benchmark's test set, without its pixels.

    Attributes:
        key: Its path or key within the benchmark.
        thumbnail: From `dedup/verify/thumbnail.py`, where the second stage is wanted.
    """

    benchmark: str
    key: str
    sha256: str
    phash: int
    label: str | None = None
    thumbnail: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolImage(Record):
    """One image of what is measured, without its pixels.

    Attributes:
        pool_key: File name or tar member; the uid in a pool of ours.
        thumbnail: As that of a `BenchmarkImage`.
    """

    pool_key: str
    sha256: str
    phash: int
    uid: str | None = None
    url: str | None = None
    thumbnail: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Match(Record):
    """A benchmark image found in the pool.

    Attributes:
        method: `sha256` (same bytes), `phash`, or `aligned` (found by the second stage alone).
        distance: Hamming distance of the 64-bit pHashes; 0 for `sha256`.
        transform: `none` where the copy needed no flip or rotation to match.
        score: Of the alignment, -1 to 1; None where nothing was aligned.
        crop: Left, top, right, bottom of what the copy shows, as shares of the benchmark image.
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
