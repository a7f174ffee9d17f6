"""Names, places and what else Microsoft Presidio finds, as an option: the extra `pii`.

It needs a spaCy pipeline for names and takes milliseconds a text, so that it comes after everything
that drops texts cheaply. Left alone, Presidio would fetch a missing pipeline in every worker.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from filters.privacy.personal_data import Action
from filters.privacy.redact import redact
from filters.privacy.span import Span, without_overlaps
from schemas.errors import UserError
from schemas.outcomes import Reject, Rejection
from schemas.records import Candidate

MODEL = "en_core_web_lg"  # Presidio's own default
MIN_SCORE = 0.5  # Presidio's own scores for a pattern without context words are below it


@dataclass(frozen=True, slots=True, kw_only=True)
class PresidioData:
    """Rejects or cleans texts in which Presidio finds something.

    Attributes:
        actions: By entity, in Presidio's names, such as `PERSON`.
        language: Of the texts; texts in others are looked at as if they were in it.
        model: spaCy's pipeline, an installed package or a folder.
    """

    actions: Mapping[str, Action]
    language: str = "en"
    model: str = MODEL

    def has(self, action: Action) -> bool:
        """Whether any entity is to be treated so."""
        return action in self.actions.values()

    def __call__(self, candidate: Candidate) -> Rejection | None:
        """Returns why `candidate` is rejected, with the entities found, or None to keep it."""
        texts = (candidate.text, candidate.raw_text)  # a dataset has both
        found = sorted({span.kind for text in texts for span in self._find(text, Action.REJECT)})
        return Rejection(Reject.PERSONAL_DATA, ", ".join(found)) if found else None

    def redact(self, candidate: Candidate) -> Candidate:
        """Returns `candidate` with tokens in place of what is to be replaced; its uid stays."""
        spans = self._find(candidate.text, Action.REPLACE)
        written = self._find(candidate.raw_text, Action.REPLACE)
        return redact(candidate, spans, written)

    def _find(self, text: str | None, action: Action) -> list[Span]:
        entities = [name for name, wanted in self.actions.items() if wanted == action]
        if not text or not entities:
            return []
        found = analyzer(self.model, self.language).analyze(
            text=text, language=self.language, entities=entities, score_threshold=MIN_SCORE
        )
        best_first = sorted(found, key=lambda result: (-result.score, result.start))
        return without_overlaps(
            Span(result.start, result.end, result.entity_type.lower()) for result in best_first
        )


def require_presidio(entities: Collection[str], model: str = MODEL, language: str = "en") -> None:
    """Raises `UserError` if Presidio or its model is not installed, or knows no such entity."""
    if find_spec("presidio_analyzer") is None:
        raise UserError("select.privacy.presidio: Presidio is not installed; get webimagetext[pii]")
    known = analyzer(model, language).get_supported_entities(language)
    if unknown := sorted(set(entities) - set(known)):
        raise UserError(
            f"select.privacy.presidio: no entity {', '.join(unknown)} in {language!r};"
            f" there are {', '.join(sorted(known))}"
        )


class _Found(Protocol):
    start: int
    end: int
    entity_type: str
    score: float


class _Analyzer(Protocol):
    def analyze(
        self, *, text: str, language: str, entities: list[str], score_threshold: float
    ) -> list[_Found]: ...

    def get_supported_entities(self, language: str) -> list[str]: ...


@cache
def analyzer(model: str, language: str) -> _Analyzer:
    """Returns Presidio's engine, one a process.

    Raises:
        UserError: The model is not installed.
    """
    if find_spec(model) is None and not Path(model).is_dir():
        raise UserError(
            f"select.privacy.presidio_model = {model!r}: no installed spaCy pipeline and no folder;"
            " `python -m spacy download NAME` installs one"
        )
    engines = import_module("presidio_analyzer.nlp_engine")
    models = [{"lang_code": language, "model_name": model}]
    provider = engines.NlpEngineProvider(
        nlp_configuration={"nlp_engine_name": "spacy", "models": models}
    )
    engine: _Analyzer = import_module("presidio_analyzer").AnalyzerEngine(
        nlp_engine=provider.create_engine(), supported_languages=[language]
    )
    return engine
