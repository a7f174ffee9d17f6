"""Which picture an `<img>` shows, of all the addresses that pages give one.

In this order, each only if it holds an address:

1. What a lazy loader puts in the place of `src` once the reader comes near: `data-src` and such.
2. `src` itself, unless its name says that it only keeps a place (`blank.gif`). A larger image of
   `srcset` does not replace it: the same picture must have the same address, and so the same id,
   in a page, in a WAT and in the lists that other crawls made of `src`.
3. Else the largest of `srcset`, then of the other `data-…src` and `data-…srcset` attributes, then
   of the `<source>` elements of its `<picture>` whose type can be decoded.
4. Else `src`, whatever it is.

A copy in `<noscript>` is the same picture as the `<img>` beside it (`pipeline.crawl.pages.images`).
"""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from pipeline.crawl.pages.srcset import largest_image

Attributes = dict[str, str | None]

# lazysizes, lozad, unveil, bLazy, LiteSpeed; jquery.lazyload; WP Rocket and Jetpack; slick.
_LAZY_URLS = ("data-src", "data-original", "data-lazy-src", "data-lazy")
_LAZY_SETS = ("data-srcset", "data-lazy-srcset", "data-original-set")
_OTHER_URL = re.compile(r"(?:data-(?:[\w-]+-)?src[1-9]?|lazy-?src|src-orig)")
_OTHER_SET = re.compile(r"data-(?:[\w-]+-)?srcset")

# Words that pages also use for pictures ("loading dock") count only where nothing else follows.
_PLACEHOLDER_WORDS = (
    "placeholder", "lazy", "loader", "loading", "transparent", "blank", "spacer", "pixel", "1x1",
    "empty", "dummy", "clear", "trans", "grey", "gray",
)  # fmt: skip
_PLACEHOLDER = re.compile(
    r"(?:^|[^a-z])(?:(?:placeholders?|lazyload|preloader)[^/]*|transparent[^/]*"
    r"|(?:blank|spacer|lazy|loading|loader|pixel|1x1|empty|dummy|clear|cleardot|trans|grey|gray)"
    r"(?:[-_]?\d+(?:x\d+)?)?)\.(?:gif|png|svg|jpe?g|webp)$"
)
_DECODED_TYPES = frozenset(
    {"image/jpeg", "image/jpg", "image/png", "image/webp", "image/gif", "image/bmp", "image/avif"}
)


def image_src(node: LexborNode, attributes: Attributes) -> str:
    """Returns the address of the picture of an `<img>` as the page writes it, empty if none."""
    src = (attributes.get("src") or "").strip()
    names = " ".join(attributes)  # one search instead of one for each attribute
    if (" data-" in names or names.startswith("data-")) and (lazy := _first_lazy(attributes)):
        return lazy
    if src and not is_data(src):
        has_others = names.count("src") > 1 or _is_in_picture(node)
        if not has_others or not is_placeholder(src):
            return src
    return next(_instead(node, attributes), src)


def is_data(src: str) -> bool:
    """Whether the address holds the image itself, or is none."""
    return src[:5].lower() in ("data:", "about", "javas") or src[0] == "#"


def is_placeholder(src: str) -> bool:
    """Whether `src` says by its name that it only keeps the place of a picture."""
    name = src.partition("?")[0].partition("#")[0].rpartition("/")[2].lower()
    return any(word in name for word in _PLACEHOLDER_WORDS) and bool(_PLACEHOLDER.search(name))


def _first_lazy(attributes: Attributes) -> str:
    for name in _LAZY_URLS:
        if _is_address(value := (attributes.get(name) or "").strip()):
            return value
    for name in _LAZY_SETS:
        if _is_address(value := largest_image(attributes.get(name) or "")):
            return value
    return ""


def _instead(node: LexborNode, attributes: Attributes) -> Iterator[str]:
    found = [largest_image(attributes.get("srcset") or "")]
    for name, value in attributes.items():
        if value and _OTHER_URL.fullmatch(name):
            found.append(value.strip())
        elif value and _OTHER_SET.fullmatch(name):
            found.append(largest_image(value))
    yield from filter(_is_address, found)
    yield from filter(_is_address, _picture_sources(node))


def _picture_sources(node: LexborNode) -> Iterator[str]:
    """Yields the largest image of each `<source>` before the `<img>` in its `<picture>`."""
    parent = node.parent
    source = parent.first_child if parent is not None and _is_in_picture(node) else None
    while source is not None and source.tag != "img":
        if source.tag == "source":
            attributes = source.attributes
            mime = (attributes.get("type") or "image/jpeg").partition(";")[0].strip().lower()
            if mime in _DECODED_TYPES:
                yield largest_image(attributes.get("data-srcset") or "")
                yield largest_image(attributes.get("srcset") or "")
        source = source.next


def _is_in_picture(node: LexborNode) -> bool:
    parent = node.parent
    return parent is not None and parent.tag == "picture"


def _is_address(value: str) -> bool:
    """Whether a value is a URL, and no flag, template (`{width}`), data or placeholder."""
    return (
        ("/" in value or "." in value)
        and not any(mark in value for mark in "{<")
        and not is_data(value)
        and not is_placeholder(value)
    )
