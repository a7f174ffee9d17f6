"""Opt-out signals of a response or a page, as `header:` or `meta:` and what they say.

Sources: Google's robots meta tag specification for the grammar of `X-Robots-Tag` and
`<meta name="robots">`, DeviantArt's `noai` and `noimageai` (as img2dataset obeys them), `noml`
(img2dataset issue 365); `pipeline.web.tdmrep` and `pipeline.web.usage` for theirs.
"""

import re
from collections.abc import Iterable, Iterator

from pipeline.web import usage
from pipeline.web.site_signals import AI_TXT_SIGNAL
from pipeline.web.tdmrep import POLICY, RESERVATION, tdm_signals

DIRECTIVES = frozenset({"noai", "noimageai", "noindex", "noimageindex", "noml", "nofollow", "none"})

# What a policy may name: directives wherever they are seen, and signals of one place only.
OBEYABLE = (
    DIRECTIVES
    | {RESERVATION, AI_TXT_SIGNAL}
    | {f"{label}={answer}" for label in usage.LABELS for answer in ("n", "no")}
)

# Directives whose value follows a colon, so that their name is no robot's.
_WITH_VALUE = frozenset(
    {"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"}
)
_HEADER = "x-robots-tag"
# The letter keeps the hours of a date, as in `15:00:00 GMT`, from being a robot.
_ROBOT = re.compile(r"\s*(\*|(?=[^:]*[a-z])[a-z0-9_.*-]+)\s*:")


def header_signals(headers: Iterable[tuple[str, str]], product_token: str) -> tuple[str, ...]:
    """Returns the sorted signals of a response's headers.

    Args:
        headers: Repeated ones repeated. Of an `X-Robots-Tag` counts what is addressed to us or to
            everybody; a robot's name before a directive holds for the rest of its header.
        product_token: Ours.
    """
    pairs = [(name.lower(), value) for name, value in headers]
    token = product_token.lower()
    words = {word for name, value in pairs if name == _HEADER for word in _addressed(value, token)}
    words &= DIRECTIVES
    words |= {said for name, value in pairs if name in usage.FIELDS for said in usage.read(value)}
    return tuple(sorted({f"header:{word}" for word in words} | _tdm_signals("header", pairs)))


def meta_signals(pairs: Iterable[tuple[str, str]], product_token: str) -> tuple[str, ...]:
    """Returns the sorted signals of a page's `<meta>` elements.

    Args:
        pairs: `name` and `content` of each element, whatever it is about.
        product_token: Ours.
    """
    named = [(name.strip().lower(), content) for name, content in pairs]
    robots = {"robots", product_token.lower()}
    words = {
        word
        for name, content in named
        if name in robots
        for item in _items(content)
        if ":" not in item
        for word in item.split()
    }
    signals = {f"meta:{word}" for word in words & DIRECTIVES}
    return tuple(sorted(signals | _tdm_signals("meta", named)))


def _tdm_signals(where: str, pairs: list[tuple[str, str]]) -> set[str]:
    policy = next((value for name, value in pairs if name == POLICY), "")
    said = (value for name, value in pairs if name == RESERVATION)
    return {signal for value in said for signal in tdm_signals(where, value, policy)}


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
