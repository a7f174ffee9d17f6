"""All queries that a text holds, found in one pass (Aho-Corasick), however long the list.

Rules:
    words      A query matches where its words follow each other in the text; punctuation, hyphens
               and white space do not count. Scripts without spaces match by character.
    metaclip   MetaCLIP's substr_matching.py: text and query padded with a space, `,.;:?!` and the
               backtick of a text spaced out, tabs and line ends to spaces; nothing else.
    metaclip2  The same, but a query's end that is a CJK or South-East Asian character or
               punctuation needs no space there (MetaCLIP 2, arXiv 2507.22062).
"""

import string
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from threading import Lock

from ahocorasick_rs import BytesAhoCorasick, Implementation

from pipeline.queries.options import Rule
from pipeline.queries.query_list import read_list
from pipeline.queries.tokens import Case, match_text, normalise

_METACLIP = str.maketrans({sign: f" {sign} " for sign in ",.;:?!`"} | dict.fromkeys("\t\n\r", " "))
# The two lists of MetaCLIP 2: blocks of scripts without spaces, and punctuation beside ASCII's.
_UNSPACED = (
    *((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2EBEF)),
    *((0xF900, 0xFAFF), (0x2E80, 0x2FDF), (0x2FF0, 0x2FFF)),
    *((0x0E00, 0x0EFF), (0x0F00, 0x0FFF), (0x1000, 0x109F), (0x1780, 0x17FF)),
)
_PUNCTUATION = frozenset(string.punctuation + "，。、；：？！“”‘’（）【】《》〈〉「」『』～—")  # noqa: RUF001


class QueryMatcher:
    """Finds the queries of a list in texts; building it takes a second for 500,000.

    Queries that a rule cannot tell apart, such as `Photo` and `photo` without case, are one: the
    first of the list.
    """

    def __init__(self, queries: Sequence[str], *, rule: Rule, case: Case) -> None:
        """Builds the automaton; 500,000 queries take some 250 MB (docs/queries.md)."""
        self._prepare = _preparer(rule, case)
        patterns: dict[str, str] = {}
        for query in queries:
            pattern = _pattern(query, rule, case)
            if not pattern.isspace():  # of a mark alone, no word is left
                patterns.setdefault(pattern, query)
        self._queries = list(patterns.values())
        # The default picks a slower form for so many patterns: half the texts a second.
        self._automaton = BytesAhoCorasick(
            [pattern.encode() for pattern in patterns],
            implementation=Implementation.ContiguousNFA,
        )

    def __len__(self) -> int:
        return len(self._queries)

    def __call__(self, text: str) -> tuple[str, ...]:
        """Returns all queries that `text` holds, in the list's order, each once."""
        found = self._automaton.find_matches_as_indexes(
            self._prepare(text).encode("utf-8", "surrogatepass"), overlapping=True
        )
        return tuple(self._queries[index] for index in sorted({match[0] for match in found}))


_BUILDING = Lock()


def shared_matcher(path: str, rule: Rule, case: Case) -> QueryMatcher:
    """Returns the matcher of a list, built once a process, however many threads ask."""
    with _BUILDING:
        return _matcher(path, rule, case)


@lru_cache(maxsize=1)
def _matcher(path: str, rule: Rule, case: Case) -> QueryMatcher:
    return QueryMatcher(read_list(path), rule=rule, case=case)


def _preparer(rule: Rule, case: Case) -> Callable[[str], str]:
    if rule == "words":
        return partial(_words, case=case)
    return partial(_padded, case=case)


def _words(text: str, case: Case) -> str:
    return match_text(normalise(text, case))


def _padded(text: str, case: Case) -> str:
    folded = text.casefold() if case == "fold" else text
    return f" {folded} ".translate(_METACLIP)


def _pattern(query: str, rule: Rule, case: Case) -> str:
    if rule == "words":
        return _words(query, case)
    folded = query.casefold() if case == "fold" else query
    before = "" if rule == "metaclip2" and _needs_no_space(folded[:1]) else " "
    after = "" if rule == "metaclip2" and _needs_no_space(folded[-1:]) else " "
    return f"{before}{folded}{after}"


def _needs_no_space(character: str) -> bool:
    if not character:
        return False
    code = ord(character)
    return character in _PUNCTUATION or any(low <= code <= high for low, high in _UNSPACED)
