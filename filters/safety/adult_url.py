"""Adult URLs by what they say themselves: their top-level domain, and words of their path."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from schemas.outcomes import Reject, Rejection
from schemas.records import Candidate

# ICANN's registrations for adult content, and two that are mostly used so.
ADULT_TLDS = ("adult", "cam", "porn", "sex", "sexy", "xxx")
# Words between the marks of a URL, whole; chosen so that `sussex` and `cockpit` are not met.
ADULT_TOKENS = (
    "blowjob", "camgirl", "camgirls", "cumshot", "hentai", "milf", "nsfw", "onlyfans", "porn",
    "pornhub", "porno", "pornos", "pornstar", "redtube", "rule34", "xhamster", "xnxx", "xvideos",
    "youporn",
)  # fmt: skip

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class AdultUrl:
    """Rejects candidates whose image or page has an adult URL.

    Attributes:
        tlds: Top-level domains, without the dot.
        tokens: Words of host, path or query, in lower case.
    """

    tlds: frozenset[str] = frozenset(ADULT_TLDS)
    tokens: frozenset[str] = frozenset(ADULT_TOKENS)

    def __call__(self, candidate: Candidate) -> Rejection | None:
        """Returns why `candidate` is rejected, with the sign, or None to keep it."""
        for url in (candidate.url, candidate.page_url):
            if url and (sign := self._find(url)):
                return Rejection(Reject.ADULT_URL, sign)
        return None

    def _find(self, url: str) -> str | None:
        rest = url.partition("://")[2].lower()
        host = rest.partition("/")[0].partition(":")[0]
        tld = host.rpartition(".")[2]
        if tld in self.tlds:
            return f".{tld}"
        words: list[str] = _WORD.findall(unquote(rest) if "%" in rest else rest)
        if self.tokens.isdisjoint(words):
            return None
        return next(word for word in words if word in self.tokens)
