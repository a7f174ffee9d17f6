"""The one id of a pair: `uid`, the first 128 bits of sha256(normalised URL, zero byte, text).

The width is DataComp's (arXiv 2304.14108), so that its tools can hold our ids.
"""

import base64
import hashlib

import ada_url

from schemas.errors import RecordRejected
from schemas.outcomes import Reject

MAX_URL_CHARS = 2083  # the longest that common clients send
PICTURE_NAME = "ni:///sha-256;"  # RFC 6920, no authority: it says what is named, and not where


def resolve_url(url: str, base: str | None = None) -> str:
    """Returns `url` made absolute and serialised as WHATWG says, without its fragment.

    Raises:
        RecordRejected: `url` (no URL, with credentials, too long) or `scheme` (not http, https).
    """
    try:
        parsed = ada_url.URL(url, base=base) if base else ada_url.URL(url)
    except (ValueError, UnicodeError) as error:
        raise RecordRejected(Reject.URL, "not an absolute URL") from error
    if parsed.protocol not in ("http:", "https:"):
        raise RecordRejected(Reject.SCHEME, parsed.protocol.removesuffix(":"))
    if parsed.username or parsed.password:
        raise RecordRejected(Reject.URL, "carries credentials")
    parsed.hash = ""
    href: str = parsed.href
    if len(href) > MAX_URL_CHARS:
        raise RecordRejected(Reject.URL, f"longer than {MAX_URL_CHARS} characters")
    return href


def name_picture(sha256: str) -> str:
    """Returns the URL of a picture that lies at hand and has none on the web: its own hash.

    `resolve_url` refuses it as a `scheme`, so no page and no list can bring one in.

    Args:
        sha256: Of the file's bytes, hex.
    """
    digest = base64.urlsafe_b64encode(bytes.fromhex(sha256)).decode().rstrip("=")
    return f"{PICTURE_NAME}{digest}"


def is_misnamed(url: str, sha256: str) -> bool:
    """Whether `url` names a picture by its hash, and this is another picture."""
    return url.startswith(PICTURE_NAME) and url != name_picture(sha256)


def clean_text(text: str) -> str:
    """Returns `text` with white space collapsed, and without what Parquet and UTF-8 cannot hold."""
    return " ".join(text.replace("\0", " ").encode("utf-8", "ignore").decode("utf-8").split())


def make_uid(url: str, text: str) -> str:
    """Returns the 32 hex digits of a pair; `url` is of `resolve_url` or `name_picture`."""
    return hashlib.sha256(url.encode() + b"\0" + text.encode()).hexdigest()[:32]


def uid_bucket(uid: str, num_buckets: int) -> int:
    """Returns which of `num_buckets` even parts of the uid space holds `uid`; keeps uid order."""
    return (int(uid[:16], 16) * num_buckets) >> 64
