"""Stage 2: what is decided without pixels: opt-out, text, language, duplicates, caps."""

from dataclasses import dataclass

import apache_beam as beam

from pipeline.caps import Cap
from pipeline.near_texts import NearTexts
from pipeline.recipe.select import Select
from pipeline.recipe.web import Web
from pipeline.run_wide_steps import RunWideStep, run_wide_steps
from pipeline.select_filters import select_steps
from pipeline.stages.balance_languages import BalanceLanguages
from pipeline.stages.cap_texts import CapTexts
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
        for step in run_wide_steps(self.select):
            kept, more = kept | _transform(step)
            dropped += more
        return settle(Stages.SELECT, candidates, Parted(kept, dropped), self.progress)


def _transform(step: RunWideStep) -> beam.PTransform:
    if isinstance(step, Cap):
        return step.name >> CapTexts(step)
    if isinstance(step, NearTexts):
        return DropNearTexts(step.threshold, step.permutations)
    return BalanceLanguages(step.shares)
