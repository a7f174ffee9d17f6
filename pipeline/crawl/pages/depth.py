"""How deep a page may nest: Lexbor takes time with the depth squared."""

import re
from collections import Counter

MAX_DEPTH = 512  # Chrome's limit of nested elements
DEPTH_MATTERS_TAGS = 40_000  # below, even the deepest page parses in 1.3 s (measured)
DEPTH_MATTERS_BYTES = 3 * DEPTH_MATTERS_TAGS  # a tag takes three or more

# Tags are counted by so many: the result is too high by no more than that, and comes four times
# faster than one by one (measured).
_CHUNK_TAGS = 64

# Elements without content, and those that close the one before them (WHATWG): what nests them is
# another element, which counts.
_FLAT = (
    r"(?:a|area|base|body|br|col|d[dt]|embed|head|hr|html|img|input|li|link|meta|option|p|param"
    r"|source|t[dhr]|tbody|tfoot|thead|track|wbr)(?=[\s/>])"
)
_NESTING_START = re.compile(rf"<(?!{_FLAT})[a-z]".encode(), re.IGNORECASE)
# What is between these is text to the tokenizer.
_TEXT_ONLY = re.compile(
    rb"<!--.*?(?:-->|\Z)"
    rb"|<(script|style|textarea|title|xmp|iframe|noembed|noframes)\b.*?(?:</\1|\Z)",
    re.DOTALL,
)
# The attributes of a tag, so that a tag in a value is none. What a part took it never gives back,
# so every character is looked at once, whatever the page is.
_ATTRIBUTES = (
    r"(?:[\s/]++|[^\s/>][^\s/>=]*+"
    r"(?:\s*+=\s*+(?:\"[^\"]*+\"?+|'[^']*+'?+|[^\s>\"'][^\s>]*+)?+)?+)*+"
)
_TAG = re.compile(rf"<(?:/?{_FLAT}|(/?[a-z][^\s/>]*+)){_ATTRIBUTES}".encode())
# What decides which images and links a page has; the rest only nests.
_NESTING_TAG = re.compile(
    (
        r"</?(?!(?:a|base|image|img|link|math|meta|noembed|noframes|plaintext|script|style|svg"
        rf"|template|textarea|title|xmp)[\s/>])[a-z][^\s/>]*+{_ATTRIBUTES}>?"
    ).encode(),
    re.IGNORECASE,
)


def limit_depth(html: bytes) -> bytes:
    """Returns `html`, without its nesting tags if they nest deeper than any browser goes."""
    if len(html) < DEPTH_MATTERS_BYTES or html.count(b"<") < DEPTH_MATTERS_TAGS:
        return html
    return _NESTING_TAG.sub(b" ", html) if _is_deep(html) else html


def _is_deep(html: bytes) -> bool:
    """Whether elements may nest too deep; an end tag closes only an element of its own name."""
    if len(_NESTING_START.findall(html)) <= MAX_DEPTH:  # long tables: a quarter of the time below
        return False
    names = [name for name in _TAG.findall(_TEXT_ONLY.sub(b" ", html.lower())) if name]
    still_open: Counter[bytes] = Counter()
    for first in range(0, len(names), _CHUNK_TAGS):
        tags = Counter(names[first : first + _CHUNK_TAGS])
        for name in tags:
            if name[:1] == b"/" and name[1:] in still_open:
                still_open[name[1:]] = max(still_open[name[1:]] - tags[name], 0)
        for name, num in tags.items():
            if name[:1] != b"/":
                still_open[name] += num
        if still_open.total() > MAX_DEPTH:
            return True
    return False
