"""Telephone numbers: Google's libphonenumber, asked only where a number could stand.

A number with `+`, or behind a word such as "Tel.", or with an area code that begins with 0 must be
valid; any other must also be grouped as its country writes it, because codes are as long.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from phonenumbers import SUPPORTED_REGIONS, Leniency, PhoneNumberMatcher

from filters.privacy.span import Span

KIND = "phone"
DEFAULT_REGION = "US"  # of pages under a domain of no country

# 7 digits with at most 3 other marks between two of them. No word, decimal mark or slash around.
_NUMBER = re.compile(
    r"(?<![\w/.,:$€£¥#])(?:\+|\(|00)?\d(?:[ ()./\u00a0\u2010-\u2013-]{0,3}\d){6,14}(?!\d)"
)
_INTERNATIONAL = re.compile(r"(?:\+|00)\s?\d")
# A trunk prefix and an area code that a mark divides from the rest: its groups need not be right.
_NATIONAL = re.compile(r"\(?0\d{1,4}(?:\)[ /-]?|[ /-])\d")
# What such digits are too: dates, ISBN-13, ISBN-10 with its word, ranges of years, sizes.
_OTHER = re.compile(
    r"(?:19|20)\d\d[-./ ](?:0?[1-9]|1[0-2])[-./ ](?:0?[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?:0?[1-9]|[12]\d|3[01])[-./ ](?:0?[1-9]|[12]\d|3[01])[-./ ](?:19|20)\d\d(?!\d)"
    r"|(?:19|20)\d\d\s?[-\u2013/]\s?(?:19|20)\d\d(?!\d)"
    r"|97[89][- ]?\d"
    r"|\d{1,3}\.\d{5,}(?![\d.-]|\s\d)"  # a coordinate
)
# Words before a number of another kind, and units behind one.
_LABEL = re.compile(
    r"(?:\b(?:isbn|issn|ean|upc|gtin|sku|item|art(?:icle|ikel)?|part|model|order|ref(?:erence)?|id"
    r"|no|nr|num(?:ber)?|lot|serial|s/n|p/n|mpn|asin|catalog|catalogue|code|inv|patent|stock|photo"
    r"|image|img|dsc|pmid|doi|zip)\b[ .:#-]*|#)$",
    re.IGNORECASE,
)
_PHONE_WORD = re.compile(
    r"(?:phone|tel|mobile|cell|call|fax|whatsapp|telefon|tél|handy|móvil|ring|contact)"
    r"[^\d+(]{0,12}$",
    re.IGNORECASE,
)
_SIZE = re.compile(r"\s?x\s?\d", re.IGNORECASE)  # or an extension, behind what is no number
_MARKED = re.compile(r"[-().+]")
_UNIT = re.compile(r"\s?(?:px|mm|cm|km|kg|mah|€|\$|£|usd|eur|%|°)", re.IGNORECASE)


def find_phones(text: str, region: str = DEFAULT_REGION) -> Iterator[Span]:
    """Yields the telephone numbers in `text`.

    Args:
        text: Any.
        region: Whose national form counts, as `region_of` returns it.
    """
    for found in _NUMBER.finditer(text):
        if not _is_other(text, found):
            yield from _ask(text, found.start(), found.end(), region)


def region_of(url: str | None) -> str:
    """Returns the country of a page by its domain, such as `GB` for one under `.co.uk`."""
    return _region(urlsplit(url).hostname or "") if url else DEFAULT_REGION


@lru_cache(maxsize=4096)
def _region(host: str) -> str:
    last = host.rpartition(".")[2].upper()
    country = "GB" if last == "UK" else last
    return country if country in SUPPORTED_REGIONS else DEFAULT_REGION


def _is_other(text: str, found: re.Match[str]) -> bool:
    before = text[max(0, found.start() - 32) : found.start()]
    if _PHONE_WORD.search(before):
        return False
    if _SIZE.match(text, found.end()) and not _MARKED.search(found[0]):
        return True
    return bool(
        _OTHER.match(text, found.start()) or _LABEL.search(before) or _UNIT.match(text, found.end())
    )


def _ask(text: str, start: int, end: int, region: str) -> Iterator[Span]:
    written = text[start:end]
    has_word = _PHONE_WORD.search(text[max(0, start - 32) : start])
    if has_word or _INTERNATIONAL.match(written) or _NATIONAL.match(written):
        leniency = Leniency.VALID
    elif written.isdigit():
        return  # nothing tells it from any other number
    else:
        leniency = Leniency.STRICT_GROUPING
    for match in PhoneNumberMatcher(written, region, leniency=leniency, max_tries=2):
        yield Span(start + match.start, start + match.end, KIND)
