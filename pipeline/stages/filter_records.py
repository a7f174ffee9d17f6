"""One transform runs every filter: the first that rejects decides, and nothing disappears."""

from dataclasses import dataclass

import apache_beam as beam

from pipeline.rules import Filter, filter_record
from pipeline.stages.stage import Stage


@dataclass
class FilterRecords(Stage):
    """Replaces each record that a filter rejects by its ledger row."""

    stage: str
    filters: tuple[Filter, ...]

    def expand(self, items: beam.PCollection) -> beam.PCollection:
        return items | beam.Map(filter_record, self.stage, self.filters)
