"""Stage 2: what is decided without pixels: opt-out, text, language, duplicates, caps."""

from collections.abc import Iterator
from dataclasses import dataclass

import apache_beam as beam

from pipeline.recipe.select import Select
from pipeline.recipe.web import Web
from pipeline.select_filters import select_steps
from pipeline.stages.balance_languages import BalanceLanguages
from pipeline.stages.cap_texts import CapTexts, text_caps
from pipeline.stages.drop_near_texts import DropNearTexts
from pipeline.stages.run_steps import RunSteps
from pipeline.stages.stage import Parted, Stage, StageResult, settle
from schemas.outcomes import Stage as Stages


@dataclass
class SelectCandidates(Stage):
    """Keeps candidates that are worth a download; `select_filters` has the steps."""

    select: Select
    web: Web
    progress: str | None = None

    def expand(self, candidates: beam.PCollection) -> StageResult:
        steps = select_steps(self.select, self.web)
        kept, dropped = candidates | RunSteps(Stages.SELECT, steps)
        for name, limit in _limits(self.select):
            kept, more = kept | name >> limit
            dropped += more
        return settle(Stages.SELECT, candidates, Parted(kept, dropped), self.progress)


def _limits(select: Select) -> Iterator[tuple[str, beam.PTransform]]:
    """Yields what looks at candidates together, in its order."""
    for name, cap in text_caps(select).items():
        yield name, CapTexts(cap)
    if select.near_text_similarity is not None:
        near = DropNearTexts(select.near_text_similarity, select.near_text_permutations)
        yield "DropNearTexts", near
    if select.language_shares:
        yield "BalanceLanguages", BalanceLanguages(select.language_shares)
