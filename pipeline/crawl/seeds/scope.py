"""What a crawl may enter: the site of a URL, one key for its session ids, and rules for traps."""

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

import tldextract

MAX_SEGMENTS = 20  # Heritrix's TooManyPathSegmentsDecideRule
MAX_REPEATS = 2  # of a path segment; Heritrix's PathologicalPathDecideRule, here of any place
MAX_QUERY_PARTS = 20  # our own choice: faceted search adds one part a click
MAX_FRONTIER_URL_CHARS = 1000  # our own choice: pages link to themselves by shorter ones

# Names of parameters that only tell visitors apart (ISO 28500 crawlers' lists: Heritrix's
# StripSessionIDs, StripSessionCFIDs and Nutch's regex-normalize.xml).
_SESSION_NAMES = frozenset(
    {"phpsessid", "jsessionid", "sid", "sessionid", "session_id", "sessid", "cfid", "cftoken"}
    | {"oscsid", "zenid", "xtcsid"}
)
_ASP_SESSION = "aspsessionid"  # followed by eight letters
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?;]*", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")

# The list of public suffixes that the package carries; private ones (github.io) are sites too.
_suffixes = tldextract.TLDExtract(
    suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True
)


class LeftOut(StrEnum):
    """Why a URL that was found is not fetched."""

    DEPTH = "depth"
    PAGES = "pages"  # the host's or the crawl's budget is spent
    HOSTS = "hosts"
    PATTERN = "pattern"  # `include` or `exclude`
    TRAP = "trap"
    REPEATS = "repeats"  # URLs of its shape bring the same content again and again
    HOST_FAILS = "host_fails"


def host_of(url: str) -> str:
    """Returns host and port of a URL from `schemas.uid.resolve_url`; a default port is none."""
    return url.split("/", 3)[2]


@lru_cache(maxsize=2**16)
def site_of_host(host: str) -> str:
    """Returns the registrable domain of `host`, or the host without port if it has none."""
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    try:
        return str(ip_address(name.strip("[]")))
    except ValueError:
        known = _suffixes.extract_str(name).top_domain_under_public_suffix
    # The list's own rule for a suffix that it does not know: its last label is the suffix.
    return known or ".".join(name.split(".")[-2:])


def seen_key(url: str) -> str:
    """Returns `url` without the parts that only tell visitors apart."""
    if ";" in url:
        url = _PATH_SESSION.sub("", url)
    start, question, query = url.partition("?")
    if not question:
        return url
    kept = [part for part in query.split("&") if part and not _is_session(part)]
    return f"{start}?{'&'.join(kept)}" if kept else start


def shape_of(url: str) -> str:
    """Returns what URLs of one kind share: host, path with numbers as `#`, names of the query."""
    parts = urlsplit(url)
    names = sorted({part.partition("=")[0] for part in parts.query.split("&")})
    return f"{parts.netloc}{_DIGITS.sub('#', parts.path)}?{'&'.join(names)}"


def is_trap(url: str) -> bool:
    """Whether `url` looks as if pages made up ever more of its kind."""
    if len(url) > MAX_FRONTIER_URL_CHARS:
        return True
    start, _, query = url.partition("?")
    segments = start.split("/")[3:]
    if len(segments) > MAX_SEGMENTS or query.count("&") >= MAX_QUERY_PARTS:
        return True
    return len(segments) > MAX_REPEATS and _repeats(segments)


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlRules:
    """What a URL alone tells.

    Attributes:
        include: Globs; a URL must match one if there are any.
        exclude: Globs of URLs that are left out.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def __call__(self, url: str) -> LeftOut | None:
        """Returns why `url` is left out, or None to fetch it."""
        if is_trap(url):
            return LeftOut.TRAP
        is_in = not self.include or any(fnmatchcase(url, glob) for glob in self.include)
        is_out = any(fnmatchcase(url, glob) for glob in self.exclude)
        return None if is_in and not is_out else LeftOut.PATTERN


def _is_session(part: str) -> bool:
    name = part.partition("=")[0].lower()
    return name in _SESSION_NAMES or name.startswith(_ASP_SESSION)


def _repeats(segments: list[str]) -> bool:
    """Whether a name comes again and again, as relative links that miss their base make it."""
    counts = Counter(segment for segment in segments if segment and not segment.isdigit())
    return max(counts.values(), default=0) > MAX_REPEATS
