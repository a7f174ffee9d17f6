"""Path patterns of robots.txt, and of the files that borrowed its grammar (RFC 9309, 2.2.2, 2.2.3).

protego 0.7 matches them, on a spelling of ours. Left to its own it takes all octets that are no
UTF-8 for one and the same, a `$` at the end for a literal dollar too, and `/` in a query for
another octet than `%2F` (measured). In our spelling an octet is itself if it is unreserved or a
slash, and `=XX` otherwise: nothing that protego would decode, and as long as `%XX`.
"""

import re

from protego import Protego

ORIGIN = "http://h"  # protego wants a URL; no rule looks at its host

_PLAIN = rb"A-Za-z0-9._~/-"  # RFC 3986's unreserved characters, and the slash between segments
_UNRESERVED = re.compile(rb"[A-Za-z0-9._~-]")
_ODD = re.compile(rb"%([0-9A-Fa-f]{2})|[^" + _PLAIN + rb"]")
_ODD_OF_PATTERN = re.compile(rb"%([0-9A-Fa-f]{2})|[^*" + _PLAIN + rb"]")
_AUTHORITY_END = re.compile(r"[/?#]")


def spell_url(url: str) -> str:
    """Returns path and query of an absolute `url` in the spelling that patterns are matched in."""
    _, _, rest = url.partition("://")
    end = _AUTHORITY_END.search(rest)
    target = rest[end.start() :].partition("#")[0] if end else ""
    return _spell(target if target.startswith("/") else f"/{target}", _ODD)


def spell_pattern(pattern: str) -> str:
    """Returns `pattern` likewise; `*` and a `$` at the end keep their meaning.

    Args:
        pattern: Octets that are no UTF-8 as `surrogateescape` decodes them.
    """
    if pattern.endswith("$"):
        return f"{_spell(pattern[:-1], _ODD_OF_PATTERN)}$"
    return _spell(pattern, _ODD_OF_PATTERN)


class PathPattern:
    """One pattern, for files whose rules are more than allow and disallow.

    Attributes:
        num_octets: Of the pattern; the longer of two that match is the more specific one.
    """

    def __init__(self, pattern: str) -> None:
        spelled = spell_pattern(pattern)
        self.num_octets = len(spelled)
        self._parsed = Protego.parse(f"User-agent: *\nDisallow: {spelled}")

    def matches(self, spelled_url: str) -> bool:
        """Whether the pattern fits a URL's path and query, from `spell_url`."""
        return not self._parsed.can_fetch(f"{ORIGIN}{spelled_url}", "*")


def _spell(text: str, odd: re.Pattern[bytes]) -> str:
    octets = text.encode("utf-8", "surrogateescape")
    path, mark, query = octets.partition(b"?")
    spelled = odd.sub(_spell_octet, path)
    if mark:
        spelled += b"=3F" + odd.sub(_spell_octet_of_query, query)
    return spelled.decode("ascii")


def _spell_octet(found: re.Match[bytes]) -> bytes:
    octet = bytes.fromhex(found[1].decode("ascii")) if found[1] else found[0]
    return octet if _UNRESERVED.match(octet) else b"=%02X" % octet[0]


def _spell_octet_of_query(found: re.Match[bytes]) -> bytes:
    # RFC 9309 (2.2.2) wants `?u=https://a` to match `?u=https%3A%2F%2Fa`: a slash of a query
    # separates nothing (RFC 3986, 3.4).
    return b"/" if found[1] in (b"2F", b"2f") else _spell_octet(found)
