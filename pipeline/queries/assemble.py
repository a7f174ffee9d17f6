"""From counts to the list: thresholds, order, duplicates (arXiv 2103.00020, section 2.2).

The paper's order decides under which source a query counts: words, then bigrams, then titles, then
the WordNet synsets "not already in the query list".
"""

import string
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

from pipeline.queries.bigrams import npmi, pmi
from pipeline.queries.options import ListOptions
from pipeline.queries.query_list import Query
from pipeline.queries.tokens import join_pair, normalise

PAIR = "\t"  # between the words of a counted bigram; no word holds one


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A bigram's three counts."""

    words: str
    together: int
    first: int
    second: int


def score_pair(pair: Pair, total: int) -> Query:
    """Returns a bigram with its scores; `total` is the number of words counted."""
    counts = (pair.together, pair.first, pair.second, total)
    return Query(
        text=join_pair(*pair.words.split(PAIR)),
        sources=("bigram",),
        count=pair.together,
        pmi=pmi(*counts),
        npmi=npmi(*counts),
    )


def assemble(
    options: ListOptions,
    *,
    words: Iterable[tuple[str, int]] = (),
    pairs: Iterable[Pair] = (),
    total: int = 0,
    titles: Iterable[tuple[str, int]] = (),
    synsets: Iterable[str] = (),
) -> list[Query]:
    """Returns the list; equal arguments in whatever order give the same one.

    Args:
        options: Thresholds and sizes.
        words: Words with their occurrences.
        pairs: Bigrams with theirs.
        total: Number of all words, for PMI.
        titles: Titles of articles with their views.
        synsets: Names of WordNet's synsets.
    """
    taken = (
        _best(_fit(_words(words, options), options), _by_count, options.max_words),
        _best(
            _fit(_bigrams(pairs, total, options), options), _by_score(options), options.max_bigrams
        ),
        _best(_fit(_titles(titles, options), options), _by_views, options.max_titles),
        sorted(_fit(_plain(synsets, "wordnet", options), options), key=_by_text),
        _plain(map(str, range(100 if options.numbers else 0)), "number", options),
    )
    return _unique(chain.from_iterable(taken))


def count_sources(queries: Iterable[Query]) -> dict[str, int]:
    """Returns how many queries each source gave, those that another gave before not counted."""
    counts: dict[str, int] = {}
    for query in queries:
        counts[query.sources[0]] = counts.get(query.sources[0], 0) + 1
    return counts


def _words(words: Iterable[tuple[str, int]], options: ListOptions) -> Iterator[Query]:
    for word, count in words:
        if count >= options.min_word_count:
            yield Query(text=word, sources=("word",), count=count)


def _bigrams(pairs: Iterable[Pair], total: int, options: ListOptions) -> Iterator[Query]:
    for pair in pairs:
        if pair.together >= options.min_bigram_count:
            query = score_pair(pair, total)
            score = query.npmi if options.bigram_score == "npmi" else query.pmi
            if options.min_bigram_score is None or (score or 0.0) >= options.min_bigram_score:
                yield query


def _titles(titles: Iterable[tuple[str, int]], options: ListOptions) -> Iterator[Query]:
    views: dict[str, int] = {}
    for title, count in titles:
        if count >= options.min_views:
            text = normalise(title, options.case)  # titles that differ by case alone become one
            views[text] = views.get(text, 0) + count
    for text, count in views.items():
        yield Query(text=text, sources=("title",), views=count)


def _plain(texts: Iterable[str], source: str, options: ListOptions) -> Iterator[Query]:
    for text in texts:
        yield Query(text=normalise(text, options.case), sources=(source,))  # type: ignore[arg-type]


def _by_text(query: Query) -> str:
    return query.text


def _by_count(query: Query) -> tuple[float, str]:
    return -(query.count or 0), query.text


def _by_views(query: Query) -> tuple[float, str]:
    return -(query.views or 0), query.text


def _by_score(options: ListOptions) -> Callable[[Query], tuple[float, str]]:
    def order(query: Query) -> tuple[float, str]:
        score = query.npmi if options.bigram_score == "npmi" else query.pmi
        return -(score or 0.0), query.text

    return order


def _best(
    queries: Iterable[Query], order: Callable[[Query], tuple[float, str]], size: int | None
) -> list[Query]:
    return sorted(queries, key=order)[:size]


def _fit(queries: Iterable[Query], options: ListOptions) -> Iterator[Query]:
    """Yields those that are neither too long nor, as some titles are, a lone punctuation mark."""
    for query in queries:
        if len(query.text) <= options.max_chars and query.text not in string.punctuation:
            yield query


def _unique(queries: Iterable[Query]) -> list[Query]:
    """Returns each text once, with all its sources."""
    found: dict[str, Query] = {}
    for query in queries:
        earlier = found.get(query.text)
        found[query.text] = _join(earlier, query) if earlier else query
    return list(found.values())


def _join(first: Query, second: Query) -> Query:
    if second.sources[0] in first.sources:
        return first
    return replace(
        first,
        sources=(*first.sources, *second.sources),
        count=second.count if first.count is None else first.count,
        pmi=second.pmi if first.pmi is None else first.pmi,
        npmi=second.npmi if first.npmi is None else first.npmi,
        views=second.views if first.views is None else first.views,
    )
