"""Bytes of a page to text: which charset, in the order of the WHATWG encoding rules."""

import codecs
import re

from resiliparse.parse.encoding import detect_encoding, map_encoding_to_html5

PRESCAN_BYTES = 1024  # of the WHATWG prescan
MAX_BROKEN_RATIO = 0.1  # ours: above, the charset that a page declares is taken for wrong

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(rb"""<meta\s[^>]*?charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)


def decode_page(body: bytes, http_charset: str | None) -> str:
    """Returns the text of an HTML page; bytes that no charset explains become U+FFFD.

    A byte order mark wins, then the HTTP header, `<meta>`, and last detection. A declared charset
    that cannot decode the page gives way to the next one: pages declare Shift_JIS and are UTF-8.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace")
    declared = [name for name in (_known(http_charset), _meta_charset(body)) if name]
    for name in (*declared, "utf-8"):
        text = _decode_strictly(body, name)
        if text is not None:
            return text
    text = body.decode(declared[0] if declared else "utf-8", "replace")
    if _broken_ratio(text) <= MAX_BROKEN_RATIO:
        return text
    return body.decode(detect_encoding(body) or "utf-8", "replace")


def _known(label: str | None) -> str | None:
    """Returns Python's name of a WHATWG label, which says `iso-8859-1` and means windows-1252."""
    if not label:
        return None
    name: str | None = map_encoding_to_html5(label.strip(" \"'"), False)
    return name


def _meta_charset(body: bytes) -> str | None:
    found = _META.search(body, 0, PRESCAN_BYTES * 4)  # real pages put it behind scripts
    name = _known(found[1].decode("ascii", "ignore")) if found else None
    # Read as ASCII, so it cannot be UTF-16: the WHATWG rule for this very lie.
    return "utf-8" if name and name.startswith("utf-16") else name


def _decode_strictly(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except UnicodeDecodeError:
        return None


def _broken_ratio(text: str) -> float:
    """Returns the share of U+FFFD among the characters that are not ASCII."""
    others = len(text) - len(text.encode("ascii", "ignore"))
    return text.count("\ufffd") / others if others else 0.0
