"""E-mail addresses: RFC 5322's usual form under a domain that exists, and spelt-out at-signs."""

import re
from collections.abc import Iterator
from functools import cache

import tldextract

from filters.privacy.span import Span

KIND = "email"

# RFC 5321 limits: 64 octets before the sign, labels of 63.
_LOCAL = r"[^\W_][\w.+%'-]{0,63}"
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_PLAIN = re.compile(rf"(?<![\w.+%-]){_LOCAL}@((?:{_LABEL}\.)+[^\W\d_]{{2,24}})(?![\w@-])")
_SPELT = re.compile(
    rf"(?<![\w.+%-]){_LOCAL}\s*[\[({{]\s*at\s*[\])}}]\s*"
    rf"((?:{_LABEL}\s*(?:\.|[\[({{]\s*dot\s*[\])}}])\s*)+[^\W\d_]{{2,24}})(?![\w@-])",
    re.IGNORECASE,
)
_SPELT_SIGN = re.compile(r"[\[({]\s*at\s*[\])}]", re.IGNORECASE)
_DOT = re.compile(r"\s*[\[({]\s*dot\s*[\])}]\s*|\s+", re.IGNORECASE)


def find_emails(text: str) -> Iterator[Span]:
    """Yields the addresses in `text`; `logo@2x.png` is none, because no domain ends so."""
    if "@" in text:
        yield from _find(_PLAIN, text)
    if ("at" in text or "AT" in text) and _SPELT_SIGN.search(text):
        yield from _find(_SPELT, text)


def _find(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    for found in pattern.finditer(text):
        domain = _DOT.sub(lambda dot: "." if dot[0].strip() else "", found[1])
        if _suffixes()(domain).suffix:
            yield Span(found.start(), found.end(), KIND)


@cache
def _suffixes() -> tldextract.TLDExtract:
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)  # the list in its wheel
