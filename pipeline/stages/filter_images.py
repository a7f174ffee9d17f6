"""Stage 4: image filters, on sizes that the download measured."""

from dataclasses import dataclass

import apache_beam as beam

from filters.image_aspect import ImageAspect
from filters.image_size import ImageSize
from pipeline.recipe import Images
from pipeline.stages.filter_records import FilterRecords
from pipeline.stages.stage import Stage, StageResult, settle
from schemas.outcomes import Stage as Stages


@dataclass
class FilterImages(Stage):
    """Rejects images that are too small or too elongated to carry content."""

    images: Images
    progress: str | None = None

    def expand(self, pairs: beam.PCollection) -> StageResult:
        filters = (
            ImageSize(min_side_px=self.images.min_side_px),
            ImageAspect(max_aspect=self.images.max_aspect),
        )
        settled = pairs | FilterRecords(Stages.FILTER, filters)
        return settle(Stages.FILTER, pairs, settled, self.progress)
