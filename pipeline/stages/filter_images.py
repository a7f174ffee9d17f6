"""Stage 4: image filters, on what the download measured; no pixel is read again."""

from dataclasses import dataclass

import apache_beam as beam

from pipeline.image_filters import image_steps
from pipeline.recipe.images import Images
from pipeline.stages.run_steps import RunSteps
from pipeline.stages.stage import Stage, StageResult, settle
from schemas.outcomes import Stage as Stages


@dataclass
class FilterImages(Stage):
    """Rejects images that carry no content; `image_filters` has the steps."""

    images: Images
    progress: str | None = None

    def expand(self, pairs: beam.PCollection) -> StageResult:
        settled = pairs | RunSteps(Stages.FILTER, image_steps(self.images))
        return settle(Stages.FILTER, pairs, settled, self.progress)
