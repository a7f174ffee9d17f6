"""Public IP addresses; those of private networks and of version numbers say nothing of a person."""

import ipaddress
import re
from collections.abc import Iterator

from filters.privacy.span import Span

KIND = "ip"

_V4 = re.compile(r"(?<![\w.,:-])(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d|,\d)")
_V6 = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:]|\.\d)")
# Four numbers behind one of these are a release; a bare `v` stands within the number's own word.
_RELEASE = re.compile(
    r"(?:\b(?:version|ver|release|build|firmware|driver|update|patch|bios|sdk|app|software)"
    r"\.?:?\s*v?\.?\s*|\bv\.?\s*)$",
    re.IGNORECASE,
)

_MAX_RELEASE = 31
_ADDRESS = re.compile(r"\b(?:ip|ipv4|address|host|server|ping|dns)\b[^\d]{0,12}$", re.IGNORECASE)


def find_ip_addresses(text: str) -> Iterator[Span]:
    """Yields the global addresses in `text`, of either version."""
    if text.count(".") >= 3:
        for found in _V4.finditer(text):
            if _is_global(found[0]) and not _is_release(found[0], text[: found.start()]):
                yield Span(found.start(), found.end(), KIND)
    if text.count(":") >= 2:
        for found in _V6.finditer(text):
            if _is_global(found[0]):
                yield Span(found.start(), found.end(), KIND)


def _is_release(written: str, before: str) -> bool:
    """Whether it counts versions: a word says so, or no part is large and no word says otherwise.

    Of all addresses one in 4,000 has no part above 31; 1.1.1.1 and 8.8.8.8 are nobody's own.
    """
    if _RELEASE.search(before):
        return True
    parts = [int(part) for part in written.split(".")]
    return max(parts) <= _MAX_RELEASE and not _ADDRESS.search(before)


def _is_global(written: str) -> bool:
    try:
        return ipaddress.ip_address(written).is_global
    except ValueError:
        return False
