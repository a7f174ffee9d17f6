"""What the charts show of a sample: the quantity of each filter that has a limit, beside it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from math import floor

from filters.characters import count_characters
from filters.language_codes import UNKNOWN
from filters.repetition import Repetition, repeated_grams
from filters.text_entropy import entropy
from filters.word_count import count_words
from pipeline.recipe.select import Select
from pipeline.try_recipe.histograms import (
    Counts,
    Histogram,
    Threshold,
    count_names,
    even_edges,
    growing_edges,
    make_histogram,
)
from schemas.records import Candidate

_MAX_CHARS = 2_000  # what the filters of entropy and repetition look at
_STEPS = 1_000  # a share is counted to a thousandth: counts stay few, however many the records

_SHARES = even_edges(0, 1, 20)
_BITS = even_edges(0, 6, 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A number that some keys of `[select]` limit.

    Attributes:
        of: Of a text; None where the text has none.
        keys: The limits.
    """

    title: str
    of: Callable[[Candidate], float | None]
    edges: list[float]
    keys: tuple[str, ...]


def candidate_charts(
    candidates: Iterable[tuple[Candidate, bool]], select: Select
) -> list[Histogram]:
    """Returns the charts of candidates whose languages are noted, each with whether it is kept."""
    measures = _measures(select)
    values = [Counts[float]() for _ in measures]
    languages, sources = Counts[str](), Counts[str]()
    for candidate, is_kept in candidates:
        for measure, counts in zip(measures, values, strict=True):
            if (value := measure.of(candidate)) is not None:
                counts.add(floor(value * _STEPS) / _STEPS, is_kept=is_kept)
        languages.add(candidate.language or UNKNOWN, is_kept=is_kept)
        sources.add(candidate.text_source, is_kept=is_kept)
    return [
        count_names("Languages", languages),
        *(
            make_histogram(m.title, counts, m.edges, _thresholds(select, m.keys))
            for m, counts in zip(measures, values, strict=True)
        ),
        count_names("Where the text stood", sources),
    ]


def _measures(select: Select) -> list[Measure]:
    """Returns what the recipe limits; a limit that excludes nothing has no chart."""
    every = (
        Measure(
            title="Characters of a caption",
            of=_characters,
            edges=growing_edges(1500),
            keys=("min_chars", "max_chars"),
        ),
        Measure(
            title="Words of a caption",
            of=_words,
            edges=growing_edges(350),
            keys=("min_words", "max_words"),
        ),
        Measure(
            title="Confidence in the language",
            of=_confidence,
            edges=_SHARES,
            keys=("min_language_score",),
        ),
        *(
            Measure(title=title, of=partial(_ratio, kind), edges=_SHARES, keys=(key,))
            for kind, (title, key) in enumerate(_RATIOS)
            if getattr(select, key) != (0 if key.startswith("min") else 1)
        ),
        Measure(
            title="Bits of a character",
            of=_entropy,
            edges=_BITS,
            keys=("min_entropy_bits",) if select.min_entropy_bits else (),
        ),
        Measure(
            title="Share of repeated words",
            of=_repeated_words,
            edges=_SHARES,
            keys=("max_word_repetition",) if select.max_word_repetition < 1 else (),
        ),
        Measure(
            title="Share of repeated runs of 10 characters",
            of=_repeated_runs,
            edges=_SHARES,
            keys=("max_run_repetition",) if select.max_run_repetition < 1 else (),
        ),
    )
    return [measure for measure in every if measure.keys]


_RATIOS = (
    ("Share of letters", "min_letter_ratio"),
    ("Share of digits", "max_digit_ratio"),
    ("Share of symbols", "max_symbol_ratio"),
)


def _characters(candidate: Candidate) -> float:
    return len(candidate.text)


def _words(candidate: Candidate) -> float:
    return count_words(candidate.text)


def _confidence(candidate: Candidate) -> float:
    return candidate.language_score or 0.0


def _ratio(kind: int, candidate: Candidate) -> float | None:
    counted = count_characters(candidate.text)
    return counted[kind] / sum(counted) if sum(counted) else None


def _entropy(candidate: Candidate) -> float | None:
    return entropy(candidate.text[:_MAX_CHARS]) if candidate.text else None


def _repeated_words(candidate: Candidate) -> float | None:
    words = candidate.text[:_MAX_CHARS].casefold().split()
    return 1 - len(set(words)) / len(words) if words else None


def _repeated_runs(candidate: Candidate) -> float:
    return repeated_grams(candidate.text[:_MAX_CHARS].casefold(), Repetition().gram_chars)


def _thresholds(select: Select, keys: Iterable[str]) -> list[Threshold]:
    return [Threshold(key=key, value=float(getattr(select, key))) for key in keys]
