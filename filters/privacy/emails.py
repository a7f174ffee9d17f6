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
# A full-width sign, or a space behind it, hides an address from robots.
_PLAIN = re.compile(
    rf"(?<![\w.+%-]){_LOCAL}(?:@ ?|\uff20)((?:{_LABEL}\.)+[^\W\d_]{{2,24}})(?![\w@-])"
)
_AT = r"\s*[\[({]\s*(?:at|AT|@)\s*[\])}]\s*"
_SPELT_DOT = r"\s*[\[({]\s*(?:dot|DOT)\s*[\])}]\s*| dot | DOT "
_SPELT = re.compile(
    rf"(?<![\w.+%-]){_LOCAL}{_AT}((?:{_LABEL}(?:\.|{_SPELT_DOT}))+[^\W\d_]{{2,24}})(?![\w@-])"
)
# Without brackets "at" is a word: "seen at example.org". In capitals, or before a spelt dot, not.
_BARE = re.compile(
    rf"(?<![\w.+%-]){_LOCAL}(?:"
    rf" AT ((?:{_LABEL}(?:\.|{_SPELT_DOT}))+[^\W\d_]{{2,24}})"
    rf"|(?: at |@ ?|\uff20)((?:{_LABEL}(?:{_SPELT_DOT}))+[^\W\d_]{{2,24}})"
    r")(?![\w@-])"
)
_SIGN = re.compile(r"[@\uff20]|[\[({]\s*(?:at|AT)\s*[\])}]| AT | at .*?\b(?:dot|DOT)\b")
_DOT = re.compile(_SPELT_DOT)


def find_emails(text: str) -> Iterator[Span]:
    """Yields the addresses in `text`; `logo@2x.png` is none, because no domain ends so."""
    if not may_hold_email(text):
        return
    for pattern in (_PLAIN, _SPELT, _BARE):
        for found in pattern.finditer(text):
            domain = _DOT.sub(".", next(filter(None, found.groups())))
            if _suffixes()(domain).suffix:
                yield Span(found.start(), found.end(), KIND)


def may_hold_email(text: str) -> bool:
    """Whether a search is worth its time: an at-sign or what stands for one is there."""
    return "@" in text or bool(_SIGN.search(text))


@cache
def _suffixes() -> tldextract.TLDExtract:
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)  # the list in its wheel
