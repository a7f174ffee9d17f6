"""robots.txt as bytes to the rules for one robot (RFC 9309); protego matches their paths.

protego's reader of lines and groups is passed by: 0.7 takes a leading BOM for a part of the first
line (so its group is lost), never matches `User-agent: FooBot/1.2`, and takes a group `Foo` for
one about `FooBot`. What the RFC leaves open is decided as google/robotstxt does, or stricter
(docs/robots.md).
"""

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from dataclasses import dataclass, field

from protego import Protego

from pipeline.web import usage
from pipeline.web.path_pattern import ORIGIN, PathPattern, spell_pattern, spell_url

MAX_BYTES = 500 * 1024  # RFC 9309, 2.5: the least that a crawler must parse
MAX_CRAWL_DELAY_S = 30.0  # Heritrix's longest delay between two fetches of a host
MAX_USAGE_RULES = 1000  # ours; each is tried at every URL
MAX_LINE_CHARS = 8 * 2083 - 1  # google/robotstxt's: what is longer is cut

_LINE_END = re.compile(r"\r\n|\r|\n")
# google/robotstxt skips a BOM that was cut, too.
_BOM = re.compile(rb"\xef(?:\xbb\xbf?)?")
# The misspellings are google/robotstxt's; a longer word (`Disallowed:`) only counts where it
# makes the file stricter.
_RECORD = re.compile(
    r"\s*(?:(?P<agent>user[- ]?agent[\w-]*)"
    r"|(?P<disallow>dis(?:s?al{1,2}ow|allaw)[\w-]*|diasllow[\w-]*)"
    r"|(?P<allow>allow)"
    r"|(?P<delay>crawl[- ]?delay)"
    r"|(?P<usage>content-(?:usage|signal))"
    r"|(?P<rule>noindex|request-rate|visit-time)"
    r"|(?P<sitemap>site-?maps?))"
    r"(?:\s*:|\s)\s*",
    re.IGNORECASE,
)
_NOT_UTF_8 = re.compile("[\udc80-\udcff]")  # as surrogateescape decodes it
_NAME = re.compile(r"\*(?=\s|$)|[a-z0-9_.-]*")


@dataclass(frozen=True, slots=True)
class UsageRule:
    """A `Content-Usage` or `Content-Signal` line: its path (None for all) and what it states."""

    path: PathPattern | None
    stated: frozenset[str]


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """The rules that one robots.txt has for one product token.

    Attributes:
        usage: Of our group.
        sitemaps: As written, wherever in the file.
    """

    _parsed: Protego
    usage: tuple[UsageRule, ...] = ()
    sitemaps: tuple[str, ...] = ()

    def allows(self, url: str) -> bool:
        """Whether `url`, of the same origin, may be fetched."""
        return bool(self._parsed.can_fetch(f"{ORIGIN}{spell_url(url)}", "*"))

    def signals(self, url: str) -> tuple[str, ...]:
        """Returns the usage preferences for `url`, sorted, such as `robots:train-ai=n`.

        The longest path that matches decides; of equal ones all count (aipref-attach, 3.1).
        """
        if not self.usage:
            return ()
        spelled = spell_url(url)
        found: dict[int, set[str]] = {}
        for rule in self.usage:
            if rule.path is None or rule.path.matches(spelled):
                num_octets = rule.path.num_octets if rule.path else 0
                found.setdefault(num_octets, set()).update(rule.stated)
        stated = found[max(found)] if found else ()
        return tuple(sorted(f"robots:{preference}" for preference in stated))

    @property
    def crawl_delay_s(self) -> float:
        """Crawl-delay, no part of the RFC: 0 if there is none, at most `MAX_CRAWL_DELAY_S`."""
        return min(self._parsed.crawl_delay("*") or 0.0, MAX_CRAWL_DELAY_S)


def parse_robots(body: bytes, product_token: str) -> RobotsRules:
    """Returns the rules for `product_token`; what is no robots.txt has none and allows all.

    Args:
        body: Of more than `MAX_BYTES` the rest is ignored, and the line that the limit cuts.
        product_token: Compared with whole tokens, case-insensitively (RFC 9309, 2.2.1).
    """
    groups = _Groups(product_token.lower())
    for kind, value in _records(_decode(_within_limit(body))):
        groups.add(kind, value)
    chosen = groups.chosen
    return RobotsRules(
        Protego.parse("\n".join(["User-agent: *", *chosen.lines])),
        usage=(*groups.of_nobody.usage, *chosen.usage),
        sitemaps=tuple(groups.sitemaps),
    )


def _within_limit(body: bytes) -> bytes:
    if len(body) <= MAX_BYTES or body[MAX_BYTES : MAX_BYTES + 1] in (b"\n", b"\r"):
        return body[:MAX_BYTES]
    head = body[:MAX_BYTES]
    return head[: max(head.rfind(b"\n"), head.rfind(b"\r")) + 1]


def _decode(body: bytes) -> str:
    """Returns the text, octets that are no UTF-8 kept apart: a path may be Latin-1."""
    if body.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        text = body.decode("utf-16", "ignore")
    else:
        bom = _BOM.match(body)
        text = body[bom.end() if bom else 0 :].decode("utf-8", "surrogateescape")
    return text.replace("\0", "")


def _records(text: str) -> Iterator[tuple[str, str]]:
    """Yields kind and value of the lines that mean something."""
    for line in _LINE_END.split(text):
        content = line[:MAX_LINE_CHARS].partition("#")[0].rstrip()
        if found := _RECORD.match(content):
            kind, value = found.lastgroup or "", content[found.end() :]
            # Without a colon it may be prose: google/robotstxt wants one word after the name.
            if kind == "disallow" or ":" in found[0] or len(value.split()) == 1:
                yield kind, value


@dataclass(eq=False)
class _Group:
    """What the groups of one name say, joined."""

    is_named: bool = False
    lines: list[str] = field(default_factory=list)
    usage: list[UsageRule] = field(default_factory=list)

    def add(self, kind: str, value: str) -> None:
        if kind == "allow" and value:
            self.lines.append(f"allow: {spell_pattern(value)}")
        elif kind == "disallow" and value:
            self.lines += [f"disallow: {spell_pattern(path)}" for path in _meant(value)]
        elif kind == "delay":
            # One word: protego would take a form feed, for one, for the end of the line.
            self.lines.append(f"crawl-delay: {''.join(value.split()[:1])}")
        elif kind == "usage" and len(self.usage) < MAX_USAGE_RULES:
            path, stated = usage.split_path(value)
            self.usage.append(UsageRule(PathPattern(path) if path else None, usage.read(stated)))


def _meant(path: str) -> Iterator[str]:
    """Yields the patterns that a disallowed path stands for, where the file is not what it says."""
    # Without its slash a path can match nothing, and still it is plain what is meant.
    slashed = path if path.startswith(("/", "*")) else f"/{path}"
    yield slashed
    if _NOT_UTF_8.search(slashed):
        # The octets may stand in URLs as they are, or as the letters that Latin-1 means by them.
        yield slashed.encode("utf-8", "surrogateescape").decode("latin-1")


class _Groups:
    """Sorts records into the groups that may be ours."""

    def __init__(self, token: str) -> None:
        self.sitemaps: list[str] = []
        self.of_nobody = _Group()  # before the first group: its rules count for nobody
        self._token = token
        self._ours, self._anybody = _Group(), _Group()
        self._current = [self.of_nobody]
        self._is_naming = False

    @property
    def chosen(self) -> _Group:
        return self._ours if self._ours.is_named else self._anybody

    def add(self, kind: str, value: str) -> None:
        if kind == "sitemap":  # ends no group (RFC 9309, 2.2.4)
            self.sitemaps.append(value)
        elif kind == "agent":
            self._name(value)
        else:
            self._is_naming = False
            for group in self._current:
                group.add(kind, value)

    def _name(self, value: str) -> None:
        if not self._is_naming:
            self._current = []
        self._is_naming = True
        group = self._group_of(value.lower())
        if group and group not in self._current:
            group.is_named = True
            self._current.append(group)

    def _group_of(self, value: str) -> _Group | None:
        found = _NAME.match(value)
        name = found[0] if found else ""
        if name == "*":
            return self._anybody
        return self._ours if name == self._token else None
