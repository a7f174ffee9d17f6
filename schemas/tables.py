"""Arrow schemas of every table, with their versions in the metadata, and rows to and from records.

A version grows by one when a column is renamed, removed or changes its type. A column that is new
does not count: tables that were written before it are read with None in its place.
"""

from typing import Any

import pyarrow as pa

from schemas.records import (
    BenchmarkImage,
    Candidate,
    ImageKind,
    ImageRef,
    LedgerRow,
    Match,
    PoolImage,
    PoolRow,
)

Row = dict[str, Any]

_TIME = pa.timestamp("us", tz="UTC")
_TEXTS = pa.list_(pa.string())


def _schema(name: str, version: int, *fields: tuple[str, pa.DataType]) -> pa.Schema:
    metadata: dict[bytes | str, bytes | str] = {
        "webimagetext.table": name,
        "webimagetext.version": str(version),
    }
    return pa.schema(list(fields), metadata=metadata)


CANDIDATES = _schema(
    "candidates",
    1,
    ("uid", pa.string()),
    ("url", pa.string()),
    ("text", pa.string()),
    ("text_source", pa.string()),
    ("page_url", pa.string()),
    ("source", pa.string()),
    ("source_offset", pa.int64()),
    ("fetched_at", _TIME),
    ("licence_url", pa.string()),
    ("opt_out", _TEXTS),
    ("image_source", pa.string()),
    ("image_offset", pa.int64()),
    ("image_length", pa.int64()),
    ("image_kind", pa.string()),
    ("extra", pa.string()),
    ("language", pa.string()),
    ("language_score", pa.float64()),
    ("page_language", pa.string()),
    ("text_changes", _TEXTS),
    ("toxicity", pa.float64()),
    ("raw_text", pa.string()),
    ("queries", _TEXTS),
)

LEDGER = _schema(
    "ledger",
    1,
    ("uid", pa.string()),
    ("url", pa.string()),
    ("stage", pa.string()),
    ("outcome", pa.string()),
    ("detail", pa.string()),
)

POOL = _schema(
    "pool",
    1,
    ("uid", pa.string()),
    ("key", pa.string()),
    ("url", pa.string()),
    ("caption", pa.string()),
    ("status", pa.string()),
    ("error_message", pa.string()),
    ("width", pa.int32()),
    ("height", pa.int32()),
    ("original_width", pa.int32()),
    ("original_height", pa.int32()),
    ("sha256", pa.string()),
    ("md5", pa.string()),
    ("sha512", pa.string()),
    ("exif", pa.string()),
    ("damaged", pa.bool_()),
    ("outcome", pa.string()),
    ("detail", pa.string()),
    ("http_status", pa.int32()),
    ("final_url", pa.string()),
    ("fetched_at", _TIME),
    ("bytes", pa.int64()),
    ("image_bytes", pa.int64()),
    ("extension", pa.string()),
    ("phash", pa.uint64()),
    ("opt_out", _TEXTS),
    ("page_url", pa.string()),
    ("page_fetched_at", _TIME),
    ("page_opt_out", _TEXTS),
    ("text_source", pa.string()),
    ("language", pa.string()),
    ("language_score", pa.float64()),
    ("page_language", pa.string()),
    ("text_changes", _TEXTS),
    ("toxicity", pa.float64()),
    ("source", pa.string()),
    ("source_offset", pa.int64()),
    ("licence_url", pa.string()),
    ("image_source", pa.string()),
    ("image_offset", pa.int64()),
    ("image_length", pa.int64()),
    ("image_kind", pa.string()),
    ("extra", pa.string()),
    ("entropy", pa.float32()),
    ("sharpness", pa.float32()),
    ("edge_ratio", pa.float32()),
    ("clip_score", pa.float32()),
    ("aesthetic_score", pa.float32()),
    ("nsfw_score", pa.float32()),
    ("watermark_score", pa.float32()),
    ("faces", pa.int32()),
    ("score_model", pa.string()),
    ("queries", _TEXTS),
    ("shard", pa.int32()),
    ("image_sha256", pa.string()),
    ("etag", pa.string()),
    ("last_modified", pa.string()),
    ("change", pa.string()),
    ("earlier_sha256", pa.string()),
    ("earlier_phash", pa.uint64()),
    ("overlap", _TEXTS),
    ("alternative_texts", _TEXTS),
    ("raw_text", pa.string()),
)

METADATA = _schema(
    "metadata",
    1,
    ("uid", pa.string()),
    ("url", pa.string()),
    ("text", pa.string()),
    ("width", pa.int32()),
    ("height", pa.int32()),
    ("original_width", pa.int32()),
    ("original_height", pa.int32()),
    ("sha256", pa.string()),
    ("phash", pa.uint64()),
    ("bytes", pa.int64()),
    ("image_bytes", pa.int64()),
    ("extension", pa.string()),
    ("language", pa.string()),
    ("language_score", pa.float64()),
    ("page_language", pa.string()),
    ("text_changes", _TEXTS),
    ("toxicity", pa.float64()),
    ("text_source", pa.string()),
    ("page_url", pa.string()),
    ("final_url", pa.string()),
    ("fetched_at", _TIME),
    ("licence_url", pa.string()),
    ("source", pa.string()),
    ("source_offset", pa.int64()),
    ("extra", pa.string()),
    ("entropy", pa.float32()),
    ("sharpness", pa.float32()),
    ("edge_ratio", pa.float32()),
    ("clip_score", pa.float32()),
    ("aesthetic_score", pa.float32()),
    ("nsfw_score", pa.float32()),
    ("watermark_score", pa.float32()),
    ("faces", pa.int32()),
    ("queries", _TEXTS),
    ("overlap", _TEXTS),
    ("alternative_texts", _TEXTS),
    ("raw_text", pa.string()),
)

MATCHES = _schema(
    "matches",
    1,
    ("benchmark", pa.string()),
    ("benchmark_key", pa.string()),
    ("uid", pa.string()),
    ("pool_key", pa.string()),
    ("url", pa.string()),
    ("method", pa.string()),
    ("distance", pa.int32()),
    ("transform", pa.string()),
    ("score", pa.float64()),
    ("crop", pa.list_(pa.float64())),  # left, top, right, bottom, shares of the benchmark image
)

BETWEEN = _schema(
    "between",
    1,
    ("benchmark", pa.string()),
    ("benchmark_key", pa.string()),
    ("other", pa.string()),  # the same benchmark, or another
    ("other_key", pa.string()),
    ("method", pa.string()),
    ("distance", pa.int32()),
    ("transform", pa.string()),
    ("score", pa.float64()),
    ("crop", pa.list_(pa.float64())),  # of the benchmark image, as in `matches`
)

BENCHMARK_INDEX = _schema(
    "benchmark_index",
    1,
    ("benchmark", pa.string()),
    ("key", pa.string()),
    ("sha256", pa.string()),
    ("phash", pa.uint64()),
    ("label", pa.string()),
    ("thumbnail", pa.binary()),
)

FINGERPRINTS = _schema(
    "fingerprints",
    1,
    ("pool_key", pa.string()),
    ("uid", pa.string()),
    ("url", pa.string()),
    ("sha256", pa.string()),
    ("phash", pa.uint64()),
    ("thumbnail", pa.binary()),
)

CLUSTERS = _schema(
    "clusters",
    1,
    ("cluster", pa.string()),  # the uid that was kept
    ("uid", pa.string()),
    ("url", pa.string()),
    ("kept", pa.bool_()),
    ("method", pa.string()),  # "" for the kept one
    ("distance", pa.int32()),  # pHash distance to the kept one
)

QUERIES = _schema(
    "queries",
    1,
    ("query", pa.string()),
    ("source", pa.string()),  # the first of `sources`
    ("sources", _TEXTS),
    ("count", pa.int64()),
    ("pmi", pa.float64()),
    ("npmi", pa.float64()),
    ("views", pa.int64()),
)

QUERY_COUNTS = _schema(
    "query_counts",
    1,
    ("query", pa.string()),
    ("before", pa.int64()),  # pairs whose text holds it
    ("after", pa.int64()),  # of them kept
    ("probability", pa.float64()),  # with which it alone keeps a pair
)


# What filters of images judge by; the fields of a `PoolRow` have the same names.
MEASURES = (
    "entropy",
    "sharpness",
    "edge_ratio",
    "clip_score",
    "aesthetic_score",
    "nsfw_score",
    "watermark_score",
    "faces",
    "score_model",
)


PLACEHOLDERS = _schema(
    "placeholders",
    1,
    ("method", pa.string()),  # what the pairs share: `sha256` or `phash`
    ("hash", pa.string()),  # hex
    ("pairs", pa.int64()),
    ("urls", pa.int64()),  # different ones; so are the next two
    ("hosts", pa.int64()),
    ("captions", pa.int64()),
    ("example_urls", _TEXTS),
    ("uid", pa.string()),  # one of the pairs; its image is in the pool
    ("shard", pa.int32()),  # whose tar holds it
)


def candidate_to_row(candidate: Candidate) -> Row:
    """Returns the row of `CANDIDATES`."""
    image = candidate.image
    return {
        "uid": candidate.uid,
        "url": candidate.url,
        "text": candidate.text,
        "text_source": candidate.text_source,
        "page_url": candidate.page_url,
        "source": candidate.source,
        "source_offset": candidate.source_offset,
        "fetched_at": candidate.fetched_at,
        "licence_url": candidate.licence_url,
        "opt_out": list(candidate.opt_out),
        "image_source": image.source if image else None,
        "image_offset": image.offset if image else None,
        "image_length": image.length if image else None,
        "image_kind": image.kind if image else None,
        "extra": candidate.extra,
        "language": candidate.language,
        "language_score": candidate.language_score,
        "page_language": candidate.page_language,
        "text_changes": list(candidate.text_changes),
        "toxicity": candidate.toxicity,
        "raw_text": candidate.raw_text,
        "queries": list(candidate.queries),
    }


def image_from_row(row: Row) -> ImageRef | None:
    """Returns where the image of a `CANDIDATES` row lies, None if no file holds it."""
    if row.get("image_source") is None:
        return None
    return ImageRef(
        source=row["image_source"],
        offset=row["image_offset"],
        length=row["image_length"],
        kind=ImageKind(row.get("image_kind") or ImageKind.WARC),
    )


def candidate_from_row(row: Row) -> Candidate:
    """Returns the candidate of a `CANDIDATES` row; columns that it lacks are None."""
    return Candidate(
        uid=row["uid"],
        url=row["url"],
        text=row["text"],
        text_source=row.get("text_source") or "list",
        page_url=row.get("page_url"),
        source=row.get("source") or "",
        source_offset=row.get("source_offset"),
        fetched_at=row.get("fetched_at"),
        licence_url=row.get("licence_url"),
        opt_out=tuple(row.get("opt_out") or ()),
        image=image_from_row(row),
        extra=row.get("extra"),
        language=row.get("language"),
        language_score=row.get("language_score"),
        page_language=row.get("page_language"),
        text_changes=tuple(row.get("text_changes") or ()),
        toxicity=row.get("toxicity"),
        raw_text=row.get("raw_text"),
        queries=tuple(row.get("queries") or ()),
    )


def pool_to_row(pair: PoolRow) -> Row:
    """Returns the row of `POOL`."""
    candidate = candidate_to_row(pair.candidate)
    is_ok = pair.status == "success"
    message = None if is_ok else pair.outcome + (f": {pair.detail}" if pair.detail else "")
    return candidate | {
        "key": pair.uid,
        "caption": pair.candidate.text,
        "page_fetched_at": pair.candidate.fetched_at,
        "page_opt_out": list(pair.candidate.opt_out),
        "status": pair.status,
        "error_message": message,
        "width": pair.width,
        "height": pair.height,
        "original_width": pair.original_width,
        "original_height": pair.original_height,
        "sha256": pair.sha256,
        "md5": pair.md5,
        "sha512": pair.sha512,
        "exif": pair.exif,
        "damaged": pair.damaged,
        **{name: getattr(pair, name) for name in MEASURES},
        "outcome": pair.outcome,
        "detail": pair.detail,
        "http_status": pair.http_status,
        "final_url": pair.final_url,
        "fetched_at": pair.fetched_at,
        "bytes": pair.bytes,
        "image_bytes": pair.image_bytes,
        "extension": pair.extension,
        "phash": pair.phash,
        "opt_out": list(pair.opt_out),
        "shard": pair.shard,
        "image_sha256": pair.image_sha256,
        "etag": pair.etag,
        "last_modified": pair.last_modified,
        "change": pair.change,
        "earlier_sha256": pair.earlier_sha256,
        "earlier_phash": pair.earlier_phash,
        "overlap": list(pair.overlap),
        "alternative_texts": list(pair.alternative_texts),
    }


def pool_from_row(row: Row) -> PoolRow:
    """Returns the record of a `POOL` row."""
    page = {
        "text": row["caption"],
        "fetched_at": row["page_fetched_at"],
        "opt_out": row["page_opt_out"],
    }
    return PoolRow(
        candidate=candidate_from_row(row | page),
        shard=row["shard"],
        status=row["status"],
        outcome=row["outcome"],
        detail=row["detail"],
        http_status=row["http_status"],
        final_url=row["final_url"],
        fetched_at=row["fetched_at"],
        opt_out=tuple(row["opt_out"]),
        bytes=row["bytes"],
        image_bytes=row["image_bytes"],
        extension=row["extension"],
        width=row["width"],
        height=row["height"],
        original_width=row["original_width"],
        original_height=row["original_height"],
        sha256=row["sha256"],
        phash=row["phash"],
        md5=row.get("md5"),
        sha512=row.get("sha512"),
        exif=row["exif"],
        damaged=row.get("damaged"),
        image_sha256=row.get("image_sha256"),
        etag=row.get("etag"),
        last_modified=row.get("last_modified"),
        change=row.get("change"),
        earlier_sha256=row.get("earlier_sha256"),
        earlier_phash=row.get("earlier_phash"),
        **{name: row.get(name) for name in MEASURES},
        overlap=tuple(row["overlap"]),
        alternative_texts=tuple(row.get("alternative_texts") or ()),
    )


def metadata_row(pair: PoolRow) -> Row:
    """Returns the row of `METADATA` for a pair that is in the dataset."""
    row = pool_to_row(pair) | {"text": pair.candidate.text}
    return {name: row[name] for name in METADATA.names}


def ledger_to_row(row: LedgerRow) -> Row:
    """Returns the row of `LEDGER`."""
    return {
        "uid": row.uid,
        "url": row.url,
        "stage": row.stage,
        "outcome": row.outcome,
        "detail": row.detail,
    }


def ledger_from_row(row: Row) -> LedgerRow:
    """Returns the record of a `LEDGER` row."""
    return LedgerRow(**{name: row[name] for name in LEDGER.names})


def match_to_row(match: Match) -> Row:
    """Returns the row of `MATCHES`."""
    return {name: getattr(match, name) for name in MATCHES.names}


def benchmark_to_row(image: BenchmarkImage) -> Row:
    """Returns the row of `BENCHMARK_INDEX`."""
    return {name: getattr(image, name) for name in BENCHMARK_INDEX.names}


def pool_image_to_row(image: PoolImage) -> Row:
    """Returns the row of `FINGERPRINTS`."""
    return {name: getattr(image, name) for name in FINGERPRINTS.names}


def sample_json(pair: PoolRow) -> dict[str, str | int]:
    """Returns the `.json` member of a sample: the same keys in every sample, and never null.

    `datasets` infers the types from the first samples and fails on a null that becomes a string.
    Times are left out, so that two runs over the same web give the same bytes.
    """
    candidate = pair.candidate
    return {
        "uid": pair.uid,
        "url": candidate.url,
        "text": candidate.text,
        "text_source": candidate.text_source,
        "page_url": candidate.page_url or "",
        "language": candidate.language or "",
        "licence_url": candidate.licence_url or "",
        "width": pair.width or 0,
        "height": pair.height or 0,
        "original_width": pair.original_width or 0,
        "original_height": pair.original_height or 0,
        "sha256": pair.sha256 or "",
        "phash": f"{pair.phash or 0:016x}",
    }
