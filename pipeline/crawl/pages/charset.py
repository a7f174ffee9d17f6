"""Bytes of a page to text: which charset, in the order of the WHATWG encoding rules.

With two differences, because what pages declare is often wrong: bytes that are valid UTF-8 in
many places are UTF-8, and a declared charset that cannot decode the page gives way to the next.
"""

import codecs
import re

from resiliparse.parse.encoding import detect_encoding, map_encoding_to_html5

PRESCAN_BYTES = 4096  # WHATWG's prescan takes 1024; real pages put it behind scripts
MAX_BROKEN_RATIO = 0.1  # ours: above, the charset that a page declares is taken for wrong
# Bytes beyond the first of each character: so many that another charset cannot have made them by
# chance. Of two bytes that some text in GBK puts side by side, one pair in six is valid UTF-8.
MIN_UTF8_BYTES = 10
MIN_HANGUL_RATIO = 0.5  # ours: of the characters that are not ASCII

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(rb"""<meta\s[^>]*?charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_ESCAPE = b"\x1b"  # ISO-2022 charsets are ASCII bytes

# WHATWG's decoders know more than Python's of the same name.
_WIDER = {
    "big5": "big5hkscs",
    "euc_kr": "cp949",
    "gbk": "gb18030",
    "iso8859-11": "cp874",
    "shift_jis": "cp932",
}


def page_as_utf8(body: bytes, http_charset: str | None) -> bytes:
    """Returns an HTML page in UTF-8; one that is in it already, as most are, as it is."""
    if not body.startswith(tuple(bom for bom, _ in _BOMS)) and _is_utf8(body, http_charset):
        return body
    return decode_page(body, http_charset).encode("utf-8", "replace")


def decode_page(body: bytes, http_charset: str | None) -> str:
    """Returns the text of an HTML page; bytes that no charset explains become U+FFFD.

    A byte order mark wins, then UTF-16 and UTF-8 by their looks, then the HTTP header, `<meta>`,
    and last detection.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace")
    if utf16 := _utf16_by_zeros(body):
        return body.decode(utf16, "replace")
    if _is_utf8(body, http_charset):
        return body.decode()
    declared = _declared(body, http_charset) or _escaped(body)
    for name in (*declared, "utf-8"):
        text = _decode_strictly(body, name)
        if text is not None:
            return text
    text = body.decode(declared[0] if declared else "utf-8", "replace")
    if _broken_ratio(text) <= MAX_BROKEN_RATIO:
        return text
    return _detect(body)


def _utf16_by_zeros(body: bytes) -> str | None:
    """Returns which UTF-16 the first two characters are in: both ASCII, as mark-up is."""
    if len(body) >= 4 and body[1] == body[3] == 0 and body[0] and body[2]:
        return "utf-16-le"
    if len(body) >= 4 and body[0] == body[2] == 0 and body[1] and body[3]:
        return "utf-16-be"
    return None


def _is_utf8(body: bytes, http_charset: str | None) -> bool:
    """Whether the page is UTF-8, whatever else it declares."""
    if _ESCAPE in body or _utf16_by_zeros(body):
        return False
    text = _decode_strictly(body, "utf-8")
    if text is None:
        return False
    others = len(body) - len(text)
    if others == 0 or others >= MIN_UTF8_BYTES:
        return True
    return _declared(body, http_charset)[:1] in ([], ["utf-8"])


def _declared(body: bytes, http_charset: str | None) -> list[str]:
    return [name for name in (_known(http_charset), _meta_charset(body)) if name]


def _escaped(body: bytes) -> list[str]:
    """Returns the ISO-2022 charset that the page switches to, if it does."""
    name = detect_encoding(body) if _ESCAPE in body else None
    return [name] if name and name.startswith("iso2022") else []


def _known(label: str | None) -> str | None:
    """Returns Python's name of a WHATWG label, which says `iso-8859-1` and means windows-1252."""
    if not label:
        return None
    name: str | None = map_encoding_to_html5(label.strip(" \"'"), False)
    return _WIDER.get(name, name) if name else None


def _meta_charset(body: bytes) -> str | None:
    found = _META.search(body, 0, PRESCAN_BYTES)
    name = _known(found[1].decode("ascii", "ignore")) if found else None
    # Read as ASCII, so it cannot be UTF-16: the WHATWG rule for this very lie.
    return "utf-8" if name and name.startswith("utf-16") else name


def _detect(body: bytes) -> str:
    name = detect_encoding(body) or "utf-8"
    if name == "utf-8":  # which it is not: the detector's word for not knowing EUC-KR
        korean = body.decode("cp949", "replace")
        if _hangul_ratio(korean) >= MIN_HANGUL_RATIO:
            return korean
    return body.decode(_WIDER.get(name, name), "replace")


def _decode_strictly(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except UnicodeDecodeError:
        return None


def _broken_ratio(text: str) -> float:
    """Returns the share of U+FFFD among the characters that are not ASCII."""
    others = _num_others(text)
    return text.count("\ufffd") / others if others else 0.0


def _hangul_ratio(text: str) -> float:
    others = _num_others(text)
    return sum("\uac00" <= char <= "\ud7a3" for char in text) / others if others else 0.0


def _num_others(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))
