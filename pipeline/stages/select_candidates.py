"""Stage 2: what is decided without pixels: opt-out, text, language, exact duplicates."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import apache_beam as beam
from apache_beam.transforms.window import GlobalWindows
from apache_beam.utils.windowed_value import WindowedValue

from filters.boilerplate import with_phrases
from filters.character_ratios import CharacterRatios
from filters.clean_caption import clean_candidate
from filters.identify_language import LanguageIdentifier
from filters.language_allowed import LanguageAllowed
from filters.not_a_caption import NotACaption
from filters.opt_out import OptOut
from filters.repetition import Repetition
from filters.template import Template
from filters.text_entropy import TextEntropy
from filters.text_length import TextLength
from filters.text_source import TextSourceAllowed
from filters.word_count import WordCount
from pipeline.crawl.options import TEXT_SOURCES
from pipeline.recipe import Select, Web
from pipeline.stages.cap_texts import CapTexts, text_caps
from pipeline.stages.drop_near_texts import DropNearTexts
from pipeline.stages.filter_records import Filter, FilterRecords, drop
from pipeline.stages.stage import Split, Stage, StageResult, settle
from schemas.outcomes import Reject
from schemas.outcomes import Stage as Stages
from schemas.records import Candidate, LedgerRow
from schemas.uid import id_url, make_uid


@dataclass
class SelectCandidates(Stage):
    """Keeps candidates that are worth a download; the cheapest questions come first."""

    select: Select
    web: Web
    progress: str | None = None

    def expand(self, candidates: beam.PCollection) -> StageResult:
        judged = (
            _clean_texts(candidates, self.select)
            | "FilterTexts" >> FilterRecords(Stages.SELECT, self._text_filters())
            | "IdentifyLanguages" >> beam.ParDo(_IdentifyLanguages(self.select.min_language_score))
            | "FilterLanguages" >> FilterRecords(Stages.SELECT, self._language_filters())
        )
        fit, dropped = judged | Split()
        if self.select.one_text_source:
            unique = fit | ChooseTexts()
        else:
            unique = (
                fit
                | "KeyByUid" >> beam.Map(_key_by_uid)
                | beam.GroupByKey()
                | "DropDuplicates" >> beam.FlatMapTuple(drop_duplicates)
            )
        unique = _cap_texts(unique, self.select)
        settled = (unique, dropped) | "Settled" >> beam.Flatten()
        return settle(Stages.SELECT, candidates, settled, self.progress)

    def _text_filters(self) -> tuple[Filter, ...]:
        select = self.select
        filters: tuple[Filter, ...] = (
            OptOut(obey=self.web.obey),
            TextSourceAllowed(sources=frozenset(select.text_sources)),
            TextLength(min_chars=select.min_chars, max_chars=select.max_chars),
        )
        return (*filters, *_caption_filters(select))

    def _language_filters(self) -> tuple[Filter, ...]:
        if not self.select.languages:
            return ()
        return (
            LanguageAllowed(
                languages=frozenset(self.select.languages),
                keep_unknown=self.select.keep_unknown_language,
            ),
        )


def _clean_texts(candidates: beam.PCollection, select: Select) -> beam.PCollection:
    if not select.clean_text:
        return candidates
    return candidates | "CleanTexts" >> beam.Map(clean_record)


def clean_record(candidate: Candidate) -> Candidate | LedgerRow:
    """Returns the candidate with a clean text, or its ledger row if nothing is left of it."""
    cleaned = clean_candidate(candidate)
    if cleaned.text:
        return cleaned
    return drop(candidate, Stages.SELECT, Reject.TEXT_TOO_SHORT, "nothing is left after cleaning")


def _caption_filters(select: Select) -> tuple[Filter, ...]:
    """Returns the filters of a caption's quality that the recipe asks for, the cheapest first."""
    ratios = CharacterRatios(
        min_letters=select.min_letter_ratio,
        max_digits=select.max_digit_ratio,
        max_symbols=select.max_symbol_ratio,
    )
    repetition = Repetition(
        max_words=select.max_word_repetition, max_grams=select.max_run_repetition
    )
    words = WordCount(min_words=select.min_words, max_words=select.max_words, rule=select.word_rule)
    asked: tuple[tuple[Filter, bool], ...] = (
        (words, True),
        (Template(), select.templates),
        (with_phrases(select.boilerplate_phrases), select.boilerplate),
        (NotACaption(), select.not_captions),
        (ratios, ratios != CharacterRatios(min_letters=0, max_digits=1, max_symbols=1)),
        (TextEntropy(min_bits=select.min_entropy_bits), select.min_entropy_bits > 0),
        (repetition, repetition != Repetition(max_words=1, max_grams=1)),
    )
    return tuple(decide for decide, is_asked in asked if is_asked)


def _cap_texts(items: beam.PCollection, select: Select) -> beam.PCollection:
    for name, cap in text_caps(select).items():
        items = items | name >> CapTexts(cap)
    if select.near_text_similarity is None:
        return items
    return items | DropNearTexts(select.near_text_similarity, select.near_text_permutations)


@dataclass
class ChooseTexts(Stage):
    """Keeps of each image the different texts of its best place, before anything is downloaded."""

    def expand(self, candidates: beam.PCollection) -> beam.PCollection:
        return (
            candidates
            | "KeyByImage" >> beam.Map(_key_by_image)
            | beam.GroupByKey()
            | "Choose" >> beam.FlatMapTuple(choose_texts)
        )


class _IdentifyLanguages(beam.DoFn):
    """Annotates candidates in batches, because fastText is fast in batches only."""

    BATCH = 256

    def __init__(self, min_score: float) -> None:
        self._identifier = LanguageIdentifier(min_score=min_score)
        self._waiting: list[Candidate] = []

    def start_bundle(self) -> None:
        self._waiting = []

    def process(self, item: Candidate | LedgerRow) -> Iterator[Candidate | LedgerRow]:
        if isinstance(item, LedgerRow):
            yield item
            return
        self._waiting.append(item)
        if len(self._waiting) == self.BATCH:
            yield from self._identify()

    def finish_bundle(self) -> Iterator[WindowedValue]:
        for candidate in self._identify():
            yield GlobalWindows.windowed_value(candidate)

    def _identify(self) -> Iterator[Candidate]:
        waiting, self._waiting = self._waiting, []
        languages = self._identifier.identify([candidate.text for candidate in waiting])
        for candidate, (language, score) in zip(waiting, languages, strict=True):
            yield replace(candidate, language=language, language_score=score)


def _key_by_uid(candidate: Candidate) -> tuple[str, Candidate]:
    if candidate.raw_text is None:
        return candidate.uid, candidate
    # Two texts may have become one by cleaning.
    return make_uid(candidate.url, candidate.text), candidate


def drop_duplicates(uid: str, group: Iterable[Candidate]) -> Iterator[Candidate | LedgerRow]:
    """Yields the first of the candidates that share URL and text, and a ledger row for each other.

    The first by its text's place and then by page, not by time of arrival, so that the choice does
    not depend on workers.
    """
    del uid
    first, *others = sorted(group, key=_place)
    yield first
    yield from map(_drop_duplicate, others)


def _drop_duplicate(candidate: Candidate) -> LedgerRow:
    where = candidate.page_url or candidate.source
    return drop(candidate, Stages.SELECT, Reject.DUPLICATE_URL_TEXT, f"again on {where}")


def _key_by_image(candidate: Candidate) -> tuple[str, Candidate]:
    return id_url(candidate.url), candidate


def choose_texts(url: str, group: Iterable[Candidate]) -> Iterator[Candidate | LedgerRow]:
    """Yields the candidates of an image whose text is from the best place that any has, each once.

    An alt text says more about a picture than the title of its page (`TEXT_SOURCES` is the order).
    Different texts of the same place, as on two pages, all stay; of equal texts the first does.
    """
    del url
    candidates = sorted(group, key=_place)
    best = candidates[0].text_source
    seen: set[str] = set()
    for candidate in candidates:
        if candidate.text in seen:
            yield _drop_duplicate(candidate)
        elif candidate.text_source == best:
            yield candidate
        else:
            yield drop(candidate, Stages.SELECT, Reject.OTHER_TEXT, f"it has a text of {best}")
        seen.add(candidate.text)


def _place(candidate: Candidate) -> tuple[int, str, str, int, str]:
    offset = -1 if candidate.source_offset is None else candidate.source_offset
    rank = TEXT_SOURCES.index(candidate.text_source)
    return rank, candidate.page_url or "", candidate.source, offset, candidate.uid
