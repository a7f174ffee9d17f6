"""The end of stage 2: candidates are thinned to the shares that languages are to have."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import apache_beam as beam

from pipeline.language_shares import language_group, thin_language
from pipeline.stages.stage import Parted, Split, Stage
from schemas.records import Candidate


@dataclass
class BalanceLanguages(Stage):
    """Parts candidates from the ledger rows of what a language has beyond its share."""

    shares: Mapping[str, float]

    def expand(self, candidates: beam.PCollection) -> Parted:
        counts = (
            candidates
            | "Group" >> beam.FlatMap(_group, self.shares)
            | beam.combiners.Count.PerElement()
        )
        kept, dropped = (
            candidates
            | "Thin" >> beam.Map(thin_language, self.shares, beam.pvalue.AsDict(counts))
            | Split()
        )
        return Parted(kept, (dropped,))


def _group(candidate: Candidate, shares: Mapping[str, float]) -> Iterator[str]:
    if group := language_group(candidate, shares):
        yield group
