"""Counts of words, bigrams and titles of a dump's articles, as many as memory should hold."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from pipeline.queries.assemble import PAIR
from pipeline.queries.dump import Page
from pipeline.queries.runs import MAX_TERMS, Kind
from pipeline.queries.tokens import Case, normalise, runs_of_words
from pipeline.queries.wikitext import plain_text

ARTICLES = 0  # the namespace


@dataclass(kw_only=True)
class TermCounts:
    """What was counted since the last run was written.

    Attributes:
        tally: Pages of each kind, and words in all.
    """

    words: Counter[str] = field(default_factory=Counter)
    bigrams: Counter[str] = field(default_factory=Counter)
    titles: Counter[str] = field(default_factory=Counter)
    tally: Counter[str] = field(default_factory=Counter)

    @property
    def is_full(self) -> bool:
        """Whether it is time to write a run."""
        return max(len(self.words), len(self.bigrams), len(self.titles)) >= MAX_TERMS

    def by_kind(self) -> Iterator[tuple[Kind, Counter[str]]]:
        """Yields what a run is due for."""
        if self.words:
            yield "words", self.words
        if self.bigrams:
            yield "bigrams", self.bigrams
        if self.titles:
            yield "titles", self.titles


def count_page(page: Page, counts: TermCounts, *, case: Case, namespaces: Collection[str]) -> None:
    """Adds an article to `counts`; of redirects and other namespaces only the number."""
    if page.namespace != ARTICLES:
        counts.tally["other_pages"] += 1
        return
    if page.is_redirect:
        counts.tally["redirects"] += 1
        return
    counts.tally["articles"] += 1
    counts.titles[page.title] += 1
    text = normalise(plain_text(page.wikitext, namespaces), case)
    for words in runs_of_words(text):
        counts.words.update(words)
        counts.bigrams.update(map(PAIR.join, pairwise(words)))
        counts.tally["words"] += len(words)
