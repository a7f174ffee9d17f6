"""The end of stage 2: candidates are thinned to the shares that languages are to have."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import apache_beam as beam

from pipeline.language_shares import language_group, thin_language
from pipeline.stages.stage import Split, Stage
from schemas.records import Candidate


@dataclass
class BalanceLanguages(Stage):
    """Replaces what a language has beyond its share by ledger rows; ledger rows pass."""

    shares: Mapping[str, float]

    def expand(self, items: beam.PCollection) -> beam.PCollection:
        fit, dropped = items | Split()
        counts = (
            fit | "Group" >> beam.FlatMap(_group, self.shares) | beam.combiners.Count.PerElement()
        )
        balanced = fit | "Thin" >> beam.Map(thin_language, self.shares, beam.pvalue.AsDict(counts))
        return (balanced, dropped) | beam.Flatten()


def _group(candidate: Candidate, shares: Mapping[str, float]) -> Iterator[str]:
    if group := language_group(candidate, shares):
        yield group
