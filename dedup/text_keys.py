"""What candidates are counted by: their text, their text on one host, their image."""

import hashlib

import ada_url

from schemas.records import Candidate
from schemas.uid import id_url

_KEY_BYTES = 16  # two of 10^10 texts meet with a chance of 10^-19


def text_key(candidate: Candidate) -> bytes:
    """Returns the same key for the same text."""
    return _hash(candidate.text)


def host_text_key(candidate: Candidate) -> bytes:
    """Returns the same key for the same text on one host: the page's, of a list the image's."""
    return _hash(f"{_host(candidate.page_url or candidate.url)}\0{candidate.text}")


def url_key(candidate: Candidate) -> bytes:
    """Returns the same key for the same image."""
    return _hash(id_url(candidate.url))


def _hash(text: str) -> bytes:
    data = text.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=_KEY_BYTES).digest()


def _host(url: str) -> str:
    try:
        return str(ada_url.URL(url).hostname)
    except ValueError:
        return url  # a list may name its pages as it likes
