"""What the charts show of a sample: caption length, words, languages, each beside its limits."""

from collections.abc import Sequence

from filters.word_count import count_words
from pipeline.recipe.select import Select
from pipeline.try_recipe.histograms import (
    Histogram,
    Threshold,
    count_names,
    even_edges,
    growing_edges,
    make_histogram,
)
from schemas.records import Candidate

_UNKNOWN = "und"


def candidate_charts(candidates: Sequence[Candidate], select: Select) -> list[Histogram]:
    """Returns the charts of candidates whose languages are noted."""
    languages = [candidate.language or _UNKNOWN for candidate in candidates]
    allowed = [*select.languages, *([_UNKNOWN] if select.keep_unknown_language else [])]
    return [
        make_histogram(
            "Characters of a caption",
            (len(candidate.text) for candidate in candidates),
            growing_edges(1500),
            _thresholds(select, "min_chars", "max_chars"),
        ),
        make_histogram(
            "Words of a caption",
            (count_words(candidate.text) for candidate in candidates),
            growing_edges(350),
            _thresholds(select, "min_words", "max_words"),
        ),
        count_names("Languages", languages, allowed if select.languages else None),
        make_histogram(
            "Confidence in the language",
            (candidate.language_score or 0.0 for candidate in candidates),
            even_edges(0, 1, 20),
            _thresholds(select, "min_language_score"),
        ),
        count_names(
            "Where the text stood", (c.text_source for c in candidates), select.text_sources
        ),
    ]


def _thresholds(section: Select, *keys: str) -> list[Threshold]:
    return [Threshold(key=key, value=float(getattr(section, key))) for key in keys]
