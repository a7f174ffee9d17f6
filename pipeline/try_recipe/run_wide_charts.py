"""Charts of what a recipe decides over the whole run: how often keys come, queries, languages."""

from collections import Counter
from collections.abc import Iterator, Mapping

from filters.language_codes import UNKNOWN
from pipeline.caps import Cap
from pipeline.language_shares import LanguageShares
from pipeline.query_draw import QueryDraw
from pipeline.run_wide_steps import RunWideStep
from pipeline.try_recipe.funnel import Funnel
from pipeline.try_recipe.histograms import (
    Counts,
    Histogram,
    Threshold,
    count_names,
    growing_edges,
    make_histogram,
)
from pipeline.try_recipe.run_wide import Whole, find_limit
from pipeline.try_recipe.spool import scatter
from schemas.records import Candidate

_TITLES = {
    "drop_text_above": "Images with the same text",
    "drop_host_text_above": "Images with the same text on one host",
    "max_texts_per_url": "Texts of the same image",
    "max_urls_per_text": "Images with the same text, for the second cap",
}
_MAX_COUNT = 2_000  # where the axis ends


def run_wide_charts(
    funnel: Funnel, steps: tuple[RunWideStep | QueryDraw, ...], whole: Whole
) -> list[Histogram]:
    """Returns a chart for each step that has a limit on counts; before it and after all."""
    charts: list[Histogram] = []
    for step in steps:
        if isinstance(step, Cap):
            charts.append(_frequencies(funnel, step, whole.counts.get(step.name, {})))
        elif isinstance(step, LanguageShares):
            charts.append(_languages(funnel, step))
        elif isinstance(step, QueryDraw):
            charts.append(_queries(funnel, step, whole.ratio))
    return charts


def _frequencies(funnel: Funnel, cap: Cap, counts: Mapping[bytes, int]) -> Histogram:
    """Counts the records left for a cap by how many have their key."""
    values = Counts[float]()
    is_kept = funnel.left_before[""]
    keyed = ((key := cap.key(c), (key, is_kept[n])) for n, c in funnel.left(cap.name))
    with scatter(keyed, funnel.num_records) as parts:
        for part in parts:
            of_key = Counter(key for key, _ in part)
            for key, stays in part:
                frequency = max(of_key[key], counts.get(key, 0))
                values.add(min(frequency, _MAX_COUNT), is_kept=bool(stays))
    limit = Threshold(key=cap.name, value=cap.limit)
    return make_histogram(_TITLES[cap.name], values, growing_edges(_MAX_COUNT)[1:], [limit])


def _languages(funnel: Funnel, step: LanguageShares) -> Histogram:
    """Counts languages before they are thinned, and at the end."""
    languages, is_kept = Counts[str](), funnel.left_before[""]
    for n, candidate in funnel.left(step.name):
        languages.add(candidate.language or UNKNOWN, is_kept=bool(is_kept[n]))
    return count_names("Languages, before and after their shares", languages)


def _queries(funnel: Funnel, step: QueryDraw, ratio: float) -> Histogram:
    """Counts the pairs of queries before the draw, and at the end, as in the whole input."""

    def records() -> Iterator[tuple[int, Candidate]]:
        return funnel.left(step.name)

    limit, _ = find_limit(step, records, ratio)
    queries, is_kept = Counts[str](), funnel.left_before[""]
    for n, candidate in records():
        for query in candidate.queries:
            queries.add(query, is_kept=bool(is_kept[n]))
    for counted in (queries.all, queries.kept):
        for query in counted:
            counted[query] = round(counted[query] * ratio)
    return count_names(f"Pairs of the most frequent queries; t = {limit:,}", queries)
