"""Opt-out signals of a response or a page: `X-Robots-Tag` and `<meta name="robots">`.

A signal is `header:` or `meta:` and the directive, such as `header:noai`.
Sources: Google's robots meta tag specification for the grammar, DeviantArt's `noai` and
`noimageai` (as img2dataset obeys them), `noml` (img2dataset issue 365).
"""

import re
from collections.abc import Iterable, Iterator, Sequence

DIRECTIVES = frozenset({"noai", "noimageai", "noindex", "noimageindex", "noml", "nofollow", "none"})

# Directives whose value follows a colon, so that their name is no robot's.
_WITH_VALUE = frozenset(
    {"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"}
)
_NONE_MEANS = ("noindex", "nofollow")

_HEADER = "x-robots-tag"
# The letter keeps the hours of a date, as in `15:00:00 GMT`, from being a robot.
_ROBOT = re.compile(r"\s*(\*|(?=[^:]*[a-z])[a-z0-9_.*-]+)\s*:")


def header_signals(headers: Iterable[tuple[str, str]], product_token: str) -> tuple[str, ...]:
    """Returns the sorted signals of all `X-Robots-Tag` headers that speak to us or to everybody.

    A robot's name before a directive holds for the rest of its header.
    """
    token = product_token.lower()
    values = [value for name, value in headers if name.lower() == _HEADER]
    found = {word for value in values for word in _addressed(value, token)}
    return tuple(sorted(f"header:{word}" for word in found & DIRECTIVES))


def meta_signals(pairs: Iterable[tuple[str, str]], product_token: str) -> tuple[str, ...]:
    """Returns the sorted signals of a page's `<meta>` elements.

    Args:
        pairs: `name` and `content` of each element; names other than `robots` and ours are passed.
        product_token: Ours.
    """
    names = {"robots", product_token.lower()}
    contents = [content for name, content in pairs if name.strip().lower() in names]
    words = {
        word
        for content in contents
        for item in _items(content)
        if ":" not in item
        for word in item.split()
    }
    return tuple(sorted(f"meta:{word}" for word in words & DIRECTIVES))


def first_obeyed(signals: Sequence[str], obey: Iterable[str]) -> str | None:
    """Returns the first signal that `obey` names; `none` also counts as noindex and nofollow."""
    obeyed = {word.lower() for word in obey}
    for signal in signals:
        directive = signal.rpartition(":")[2]
        meant = {directive, *_NONE_MEANS} if directive == "none" else {directive}
        if meant & obeyed:
            return signal
    return None


def _items(value: str) -> list[str]:
    return re.split(r"[,;]", value.lower())


def _addressed(value: str, token: str) -> Iterator[str]:
    """Yields the words of a header that are addressed to us or to everybody."""
    is_for_us = True
    for text in _items(value):
        item = text
        while (robot := _ROBOT.match(item)) and robot[1] not in _WITH_VALUE:
            is_for_us = robot[1] in ("*", token)
            item = item[robot.end() :]
        if is_for_us and not robot:
            yield from item.split()
