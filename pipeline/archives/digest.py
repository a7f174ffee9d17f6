"""Digests that a record's header claims for its block and its payload (ISO 28500, 5.8 and 5.9)."""

import base64
import binascii
import hashlib
import re

from pipeline.archives.frames import Frame
from pipeline.archives.http_answer import undo_chunks
from schemas.errors import RecordFailed
from schemas.outcomes import Failure

# What crawlers write. A digest by any other name cannot be checked and counts as right.
ALGORITHMS = {
    "sha1": "sha1",
    "sha-1": "sha1",
    "sha256": "sha256",
    "sha-256": "sha256",
    "sha512": "sha512",
    "sha-512": "sha512",
    "md5": "md5",
}
_TO_URL_SAFE = str.maketrans("+/", "-_")
_HEX = re.compile(r"[0-9a-fA-F]+")


def check_digests(frame: Frame, block: bytes, body_at: int) -> None:
    """Compares a whole block with what its record's header claims for it.

    One digest that is right proves the bytes: recorders change headers behind a block digest, and
    disagree whether a payload is what was sent or what was meant.

    Raises:
        RecordFailed: `warc_digest`.
    """
    if len(block) != frame.length or frame.header("WARC-Truncated") is not None:
        return
    of_payload = frame.header("WARC-Payload-Digest")
    of_block = frame.header("WARC-Block-Digest")
    if matches_digest(of_payload, memoryview(block)[body_at:]) and (
        of_payload or matches_digest(of_block, block)
    ):
        return
    if of_payload and of_block and matches_digest(of_block, block):
        return
    plain = undo_chunks(block) if of_payload and body_at else None
    if plain is None or not matches_digest(of_payload, plain):
        raise RecordFailed(Failure.WARC_DIGEST, "the content is not what its digest says")


def matches_digest(claim: str | None, *contents: bytes | memoryview) -> bool:
    """Whether one of `contents` has the digest, or the claim is none that can be checked.

    Args:
        claim: `sha1:` and the digest in base 32, hexadecimal or base 64, as crawlers write it.
        contents: Readings of what the digest is of, the likely one first.
    """
    name, _, value = (claim or "").strip().partition(":")
    algorithm = ALGORITHMS.get(name.lower())
    if algorithm is None:
        return True
    due = _decode(value.strip(), hashlib.new(algorithm).digest_size)
    return due is None or any(
        hashlib.new(algorithm, content, usedforsecurity=False).digest() == due
        for content in contents
    )


def _decode(value: str, size: int) -> bytes | None:
    """Returns the digest, None if the text is none of that size."""
    if len(value) == 2 * size and _HEX.fullmatch(value):
        return bytes.fromhex(value)
    padded = value.rstrip("=")
    for length, decode in ((8, _from_base32), (4, base64.urlsafe_b64decode)):
        try:
            text = padded.translate(_TO_URL_SAFE) + "=" * (-len(padded) % length)
            digest = decode(text.encode("ascii"))
        except (binascii.Error, UnicodeEncodeError):
            continue
        if len(digest) == size:
            return digest
    return None


def _from_base32(text: bytes) -> bytes:
    return base64.b32decode(text, casefold=True)
