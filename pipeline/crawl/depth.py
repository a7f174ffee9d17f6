"""How deep a page may nest: Lexbor takes time with the depth squared."""

import re
from collections import Counter

MAX_DEPTH = 512  # Chrome's limit of nested elements
DEPTH_MATTERS_TAGS = 20_000  # below, even the deepest page parses in 0.4 s (measured)
DEPTH_MATTERS_CHARS = 3 * DEPTH_MATTERS_TAGS  # a tag takes three or more

# Tags are counted by so many: the result is too high by no more than that, and comes four times
# faster than one by one (measured).
_CHUNK_TAGS = 64

# Elements without content, and those that close the one before them (WHATWG): what nests them is
# another element, which counts.
_FLAT = frozenset(
    {
        "a", "area", "base", "body", "br", "col", "dd", "dt", "embed", "head", "hr", "html", "img",
        "input", "li", "link", "meta", "option", "p", "param", "source", "tbody", "td", "tfoot",
        "th", "thead", "tr", "track", "wbr",
    }
)  # fmt: skip
# What is between these is text to the tokenizer.
_TEXT_ONLY = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(script|style|textarea|title|xmp|iframe|noembed|noframes)\b.*?(?:</\1|\Z)",
    re.DOTALL,
)
# The attributes of a tag, so that a tag in a value is none. What a part took it never gives back,
# so every character is looked at once, whatever the page is.
_ATTRIBUTES = r"(?:[^>=]++|=\s*+(?:\"[^\"]*+\"?+|'[^']*+'?+)?+)*+"
_TAG = re.compile(rf"<(/?[a-z][^\s/>]*+){_ATTRIBUTES}")
# What decides which images and links a page has; the rest only nests.
_NESTING_TAG = re.compile(
    r"</?(?!(?:a|base|image|img|link|math|meta|noembed|noframes|plaintext|script|style|svg"
    rf"|template|textarea|title|xmp)[\s/>])[a-z][^\s/>]*+{_ATTRIBUTES}>?",
    re.IGNORECASE,
)


def limit_depth(text: str) -> str:
    """Returns `text`, without its nesting tags if they nest deeper than any browser goes."""
    if len(text) < DEPTH_MATTERS_CHARS or text.count("<") < DEPTH_MATTERS_TAGS:
        return text
    return _NESTING_TAG.sub(" ", text) if _is_deep(text) else text


def _is_deep(text: str) -> bool:
    """Whether elements may nest too deep; an end tag closes only an element of its own name."""
    names = _TAG.findall(_TEXT_ONLY.sub(" ", text.lower()))
    still_open: Counter[str] = Counter()
    for first in range(0, len(names), _CHUNK_TAGS):
        tags = Counter(names[first : first + _CHUNK_TAGS])
        for name in tags:
            if name[0] == "/" and name[1:] in still_open:
                still_open[name[1:]] = max(still_open[name[1:]] - tags[name], 0)
        for name, num in tags.items():
            if name[0] != "/" and name not in _FLAT:
                still_open[name] += num
        if still_open.total() > MAX_DEPTH:
            return True
    return False
