"""Whether a picture is the one that was meant: by its name, its list, or an earlier round.

Who takes over a domain can put other pictures where a list points (split-view poisoning, arXiv
2302.10149). Honest hosts encode theirs anew, and then the pHash has hardly moved.
"""

import hashlib
import json

from dedup.hamming import HASH_BITS, distance
from pipeline.download.earlier import Earlier
from pipeline.download.options import DownloadOptions
from pipeline.download.processed import ProcessedImage
from schemas.errors import RecordError, RecordFailed
from schemas.outcomes import Failure
from schemas.records import Candidate
from schemas.uid import is_misnamed

# Of lists, as our own tables call it: evidence beside the hash that `verify_hash` names.
PHASH_COLUMN = "phash"


class AnotherPicture(RecordFailed):
    """`hash_mismatch`; the hashes are of the picture that came.

    Attributes:
        sha256: Hex.
        phash: None if what came is no picture.
    """

    def __init__(self, detail: str, sha256: str, phash: int | None) -> None:
        super().__init__(Failure.HASH_MISMATCH, detail)
        self.sha256 = sha256
        self.phash = phash


def expected_hash(candidate: Candidate, options: DownloadOptions) -> str | None:
    """Returns the hash that a candidate's list says its image has, if the options ask for one."""
    if not options.verify_hash:
        return None
    value = _extra(candidate).get(options.verify_hash[0])
    return value if isinstance(value, str) else None


def check_identity(
    body: bytes,
    found: ProcessedImage | RecordError,
    candidate: Candidate,
    options: DownloadOptions,
    earlier: Earlier | None = None,
) -> None:
    """Checks a body against all that is known of it.

    Args:
        body: What came.
        found: The picture that it holds, or why it holds none.
        candidate: Whose URL or list may say what is meant.
        options: Which of it counts.
        earlier: What an earlier round accepted.

    Raises:
        AnotherPicture: It is not what was meant.
    """
    sha256 = _digest(body, "sha256") if isinstance(found, RecordError) else found.sha256
    doubt, phash = _doubt(body, sha256, candidate, options, earlier)
    if not doubt:
        return
    if isinstance(found, RecordError):
        raise AnotherPicture(f"{doubt}; {found.outcome}", sha256, None)
    if phash is not None:
        doubt += f"; pHash distance {distance(phash, found.phash)} of {HASH_BITS}"
    raise AnotherPicture(doubt, sha256, found.phash)


def _doubt(
    body: bytes,
    sha256: str,
    candidate: Candidate,
    options: DownloadOptions,
    earlier: Earlier | None,
) -> tuple[str, int | None]:
    """Returns why this is not what was meant, empty if it is, and the pHash that was."""
    if options.verify_hash:
        kind, expected = options.verify_hash[1], expected_hash(candidate, options)
        if not expected:
            return f"the list has no {kind}", None
        if _digest(body, kind) != expected.strip().lower():
            return f"another {kind} than the list's", _listed_phash(candidate)
    if is_misnamed(candidate.url, sha256):
        return "the file changed since it was crawled", None
    if options.on_change == "mismatch" and earlier and sha256 != earlier.sha256:
        return "another sha256 than in the earlier pool", earlier.phash
    return "", None


def _digest(body: bytes, kind: str) -> str:
    return hashlib.new(kind, body, usedforsecurity=False).hexdigest()


def _listed_phash(candidate: Candidate) -> int | None:
    """Returns the pHash that a list gives, as an integer or as 16 hex digits."""
    value = _extra(candidate).get(PHASH_COLUMN)
    if isinstance(value, str) and len(value) == HASH_BITS // 4:
        try:
            return int(value, 16)
        except ValueError:
            return None
    return value if isinstance(value, int) and 0 <= value < 2**HASH_BITS else None


def _extra(candidate: Candidate) -> dict[str, object]:
    return dict(json.loads(candidate.extra or "{}"))
