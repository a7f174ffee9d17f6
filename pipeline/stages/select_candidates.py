"""Stage 2: what is decided without pixels: opt-out, text, language, exact duplicates."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import apache_beam as beam
from apache_beam.transforms.window import GlobalWindows
from apache_beam.utils.windowed_value import WindowedValue

from filters.boilerplate import Boilerplate
from filters.identify_language import LanguageIdentifier
from filters.language_allowed import LanguageAllowed
from filters.opt_out import OptOut
from filters.text_length import TextLength
from filters.text_source import TextSourceAllowed
from filters.word_count import WordCount
from pipeline.crawl.options import TEXT_SOURCES
from pipeline.recipe import Select, Web
from pipeline.stages.filter_records import Filter, FilterRecords, drop
from pipeline.stages.stage import Split, Stage, StageResult, settle
from schemas.outcomes import Reject
from schemas.outcomes import Stage as Stages
from schemas.records import Candidate, LedgerRow
from schemas.uid import id_url


@dataclass
class SelectCandidates(Stage):
    """Keeps candidates that are worth a download; the cheapest questions come first."""

    select: Select
    web: Web
    progress: str | None = None

    def expand(self, candidates: beam.PCollection) -> StageResult:
        judged = (
            candidates
            | "FilterTexts" >> FilterRecords(Stages.SELECT, self._text_filters())
            | "IdentifyLanguages" >> beam.ParDo(_IdentifyLanguages(self.select.min_language_score))
            | "FilterLanguages" >> FilterRecords(Stages.SELECT, self._language_filters())
        )
        fit, dropped = judged | Split()
        unique = (
            fit
            | "KeyByUid" >> beam.Map(_key_by_uid)
            | beam.GroupByKey()
            | "DropDuplicates" >> beam.FlatMapTuple(drop_duplicates)
        )
        if self.select.one_text_source:
            unique = unique | ChooseTexts()
        settled = (unique, dropped) | "Settled" >> beam.Flatten()
        return settle(Stages.SELECT, candidates, settled, self.progress)

    def _text_filters(self) -> tuple[Filter, ...]:
        select = self.select
        filters: tuple[Filter, ...] = (
            OptOut(obey=self.web.obey),
            TextSourceAllowed(sources=frozenset(select.text_sources)),
            TextLength(min_chars=select.min_chars, max_chars=select.max_chars),
            WordCount(min_words=select.min_words, max_words=select.max_words),
        )
        return (*filters, Boilerplate()) if select.boilerplate else filters

    def _language_filters(self) -> tuple[Filter, ...]:
        if not self.select.languages:
            return ()
        return (
            LanguageAllowed(
                languages=frozenset(self.select.languages),
                keep_unknown=self.select.keep_unknown_language,
            ),
        )


@dataclass
class ChooseTexts(Stage):
    """Keeps of each image the texts of its best place alone, before anything is downloaded."""

    def expand(self, items: beam.PCollection) -> beam.PCollection:
        fit, dropped = items | Split()
        chosen = (
            fit
            | "KeyByImage" >> beam.Map(_key_by_image)
            | beam.GroupByKey()
            | "Choose" >> beam.FlatMapTuple(choose_texts)
        )
        return (chosen, dropped) | beam.Flatten()


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
    return candidate.uid, candidate


def drop_duplicates(uid: str, group: Iterable[Candidate]) -> Iterator[Candidate | LedgerRow]:
    """Yields the first of the candidates that share URL and text, and a ledger row for each other.

    The first by its text's place and then by page, not by time of arrival, so that the choice does
    not depend on workers.
    """
    del uid
    first, *others = sorted(group, key=_place)
    yield first
    for other in others:
        where = other.page_url or other.source
        yield drop(other, Stages.SELECT, Reject.DUPLICATE_URL_TEXT, f"again on {where}")


def _key_by_image(candidate: Candidate) -> tuple[str, Candidate]:
    return id_url(candidate.url), candidate


def choose_texts(url: str, group: Iterable[Candidate]) -> Iterator[Candidate | LedgerRow]:
    """Yields the candidates of an image whose text is from the best place that any has.

    An alt text says more about a picture than the title of its page (`TEXT_SOURCES` is the order).
    Different texts of the same place, as on two pages, all stay.
    """
    del url
    candidates = sorted(group, key=_place)
    best = candidates[0].text_source
    for candidate in candidates:
        if candidate.text_source == best:
            yield candidate
        else:
            yield drop(candidate, Stages.SELECT, Reject.OTHER_TEXT, f"it has a text of {best}")


def _place(candidate: Candidate) -> tuple[int, str, str, int]:
    offset = -1 if candidate.source_offset is None else candidate.source_offset
    rank = TEXT_SOURCES.index(candidate.text_source)
    return rank, candidate.page_url or "", candidate.source, offset
