"""Stage 2: what is decided without pixels: opt-out, text, language, duplicates, caps."""

from dataclasses import dataclass

import apache_beam as beam

from pipeline.recipe.select import Select
from pipeline.recipe.web import Web
from pipeline.select_filters import select_steps
from pipeline.stages.balance_languages import BalanceLanguages
from pipeline.stages.cap_texts import CapTexts, text_caps
from pipeline.stages.drop_near_texts import DropNearTexts
from pipeline.stages.run_steps import RunSteps
from pipeline.stages.stage import Stage, StageResult, settle
from schemas.outcomes import Stage as Stages


@dataclass
class SelectCandidates(Stage):
    """Keeps candidates that are worth a download; `select_filters` has the steps."""

    select: Select
    web: Web
    progress: str | None = None

    def expand(self, candidates: beam.PCollection) -> StageResult:
        steps = select_steps(self.select, self.web)
        settled = _cap_texts(candidates | RunSteps(Stages.SELECT, steps), self.select)
        if self.select.language_shares:
            settled = settled | BalanceLanguages(self.select.language_shares)
        return settle(Stages.SELECT, candidates, settled, self.progress)


def _cap_texts(items: beam.PCollection, select: Select) -> beam.PCollection:
    for name, cap in text_caps(select).items():
        items = items | name >> CapTexts(cap)
    if select.near_text_similarity is None:
        return items
    return items | DropNearTexts(select.near_text_similarity, select.near_text_permutations)
