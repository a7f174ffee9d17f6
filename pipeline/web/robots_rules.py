"""robots.txt as bytes to rules (RFC 9309); protego matches, we mend what it is known to miss.

protego 0.7 takes a leading BOM for a part of the first line (so its group is lost), never matches
`User-agent: FooBot/1.2`, and takes a group `Foo` for one about `FooBot`.
"""

import re
from dataclasses import dataclass

from protego import Protego

MAX_BYTES = 500 * 1024  # RFC 9309, 2.5: the least that a crawler must parse
MAX_CRAWL_DELAY_S = 30.0  # Heritrix's longest delay between two fetches of a host

_OURS, _OTHERS = "ours", "others"
_USER_AGENT = re.compile(r"\s*user[- ]?agent(?:\s*:|\s)\s*(?P<value>[^#]*)", re.IGNORECASE)
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """The rules that one robots.txt has for one product token."""

    _parsed: Protego

    def allows(self, url: str) -> bool:
        """Whether `url`, of the same origin, may be fetched."""
        return bool(self._parsed.can_fetch(url, _OURS))

    @property
    def crawl_delay_s(self) -> float:
        """Crawl-delay, no part of the RFC: 0 if there is none, at most `MAX_CRAWL_DELAY_S`."""
        return min(self._parsed.crawl_delay(_OURS) or 0.0, MAX_CRAWL_DELAY_S)

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The sitemaps that it names, as written; they belong to no group."""
        return tuple(self._parsed.sitemaps)


def parse_robots(body: bytes, product_token: str) -> RobotsRules:
    """Returns the rules for `product_token`; what is no robots.txt has none and allows all.

    Args:
        body: Of more than `MAX_BYTES` the rest is ignored, and the line that the limit cuts.
        product_token: Compared with whole tokens, case-insensitively (RFC 9309, 2.2.1).
    """
    text = _within_limit(body).decode("utf-8-sig", "replace")
    token = product_token.lower()
    lines = [_name_group(line, token) for line in _LINE_END.split(text)]
    return RobotsRules(Protego.parse("\n".join(lines)))


def _within_limit(body: bytes) -> bytes:
    if len(body) <= MAX_BYTES:
        return body
    head = body[:MAX_BYTES]
    return head[: max(head.rfind(b"\n"), head.rfind(b"\r")) + 1]


def _name_group(line: str, token: str) -> str:
    """Returns `line` with the robot of a group renamed to whether it is ours, any or another."""
    found = _USER_AGENT.match(line)
    if not found:
        return line
    words = found["value"].split("/")[0].split()
    name = words[0].lower() if words else ""
    if name != "*":
        # `FooBot*` is no grammar of the RFC, but its meaning is plain.
        name = _OURS if name.rstrip("*") == token else _OTHERS
    return f"User-agent: {name}"
