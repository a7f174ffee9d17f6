"""Cleaning of captions: what the web did to a text on its way, undone.

In this order, again and again until nothing changes, so that cleaning twice is cleaning once: HTML
entities, tags and comments, mojibake (ftfy's `fix_encoding`, github.com/rspeer/python-ftfy),
controls and invisible characters (Unicode Technical Report 36), NFC, white space. Quotes, dashes,
ligatures and widths stay as written. docs/decisions/0012 says why this is not done at birth.
"""

import html
import re
import unicodedata

from ftfy import fix_encoding

from schemas.outcomes import Reject, Rejection
from schemas.records import Candidate

# Longer texts are no captions and stay as they are; what is left of a text can only be shorter.
MAX_CHARS = 10_000

# A text that is still changing after as many rounds was built to do so, and stays as it was.
_MAX_ROUNDS = 64

# Elements of HTML by name, because `<3`, `CD4 < 350` and `<SALE>` are text.
_INLINE = (
    "a|abbr|acronym|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|ins|kbd|mark|q|s|samp|small|span|"
    "strike|strong|sub|sup|tt|u|var|wbr"
)
_BLOCK = (
    "address|article|aside|blockquote|body|br|button|center|dd|div|dl|dt|figcaption|figure|footer|"
    "form|h[1-6]|head|header|hr|html|iframe|img|input|label|li|main|nav|noscript|object|ol|option|"
    "p|picture|pre|script|section|select|source|style|svg|table|tbody|td|textarea|tfoot|th|thead|"
    "title|tr|ul|video"
)
_INLINE_TAG = re.compile(rf"</?(?:{_INLINE})(?:\s[^<>]*|/)?>", re.I)
_BLOCK_TAG = re.compile(rf"</?(?:{_BLOCK})(?:\s[^<>]*|/)?>", re.I)
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_CODE = re.compile(r"<(script|style)(?:\s[^<>]*)?>.*?</\1\s*>", re.I | re.S)
# A text that was cut off ends in the middle of a tag.
_CUT_TAG = re.compile(rf"<(?:{_INLINE}|{_BLOCK})\s+[a-z-]+\s*=[^<>]*$", re.I)

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# Zero width, bidi controls, soft hyphen, annotations, byte order mark, noncharacters, surrogates,
# and private use: icon fonts.
_UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\ue000-\uf8ff\U000f0000-\U0010ffff"
)
_INVISIBLE = re.compile(f"[{_UNSEEN}]+")
# Joiners are part of words and emoji, but only between characters that can join.
_LOOSE_JOINER = re.compile(
    "[\u200c\u200d]+(?![^\x00-\x7f\u200c\u200d])|(?<![^\x00-\x7f])[\u200c\u200d]+"
)
# Tags hide text, but for the flags of England, Scotland and Wales.
_TAG_CHARACTERS = re.compile("(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]+")


# One search says of most texts that there is nothing to take out.
_SUSPECT = re.compile(f"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200c\u200d\U000e0000-\U000e007f{_UNSEEN}]")


def clean_candidate(candidate: Candidate) -> Candidate:
    """Returns the candidate with a clean text; its uid stays, and so does what was written."""
    text = clean_caption(candidate.text)
    if text == candidate.text:
        return candidate
    written = candidate.text if candidate.raw_text is None else candidate.raw_text
    return candidate.replaced(text=text, raw_text=written)


def nothing_left(candidate: Candidate) -> Rejection | None:
    """Returns why a text of nothing but markup is rejected, or None to keep it."""
    if candidate.text:
        return None
    return Rejection(Reject.TEXT_TOO_SHORT, "nothing is left after cleaning")


def clean_caption(text: str) -> str:
    """Returns the text cleaned; the clean text of a clean text is itself."""
    if len(text) > MAX_CHARS:
        return text
    settling = text
    for _ in range(_MAX_ROUNDS):
        cleaned = _clean_once(settling)
        if cleaned == settling:
            return cleaned
        settling = cleaned
    return text


def _clean_once(text: str) -> str:
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _strip_tags(text)
    if not (text.isascii() and text.isprintable()):
        text = _clean_characters(text)
    return " ".join(text.split())


def _strip_tags(text: str) -> str:
    if "-->" in text:
        text = _COMMENT.sub(" ", text)
    if "</s" in text or "</S" in text:
        text = _CODE.sub(" ", text)
    text = _BLOCK_TAG.sub(" ", _INLINE_TAG.sub("", text))
    return _CUT_TAG.sub(" ", text)


def _clean_characters(text: str) -> str:
    text = fix_encoding(text)
    if _SUSPECT.search(text):
        text = _LOOSE_JOINER.sub("", _INVISIBLE.sub("", _CONTROL.sub(" ", text)))
        text = _TAG_CHARACTERS.sub("", text)
    return unicodedata.normalize("NFC", text)
