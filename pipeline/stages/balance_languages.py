"""The end of stage 2: candidates are thinned to the shares that languages are to have."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import apache_beam as beam

from filters.language_codes import UNKNOWN
from pipeline.language_shares import group_of, is_drawn, keep_rates
from pipeline.rules import drop
from pipeline.stages.stage import Parted, Split, Stage
from schemas.outcomes import Reject
from schemas.outcomes import Stage as Stages
from schemas.records import Candidate, LedgerRow


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
    if group := group_of(candidate.language or UNKNOWN, shares):
        yield group


def thin_language(
    candidate: Candidate, shares: Mapping[str, float], counts: Mapping[str, Any]
) -> Candidate | LedgerRow:
    """Returns the candidate if it is drawn, or why it is dropped."""
    language = candidate.language or UNKNOWN
    group = group_of(language, shares)
    if group is None:
        return drop(candidate, Stages.SELECT, Reject.LANGUAGE)
    if is_drawn(candidate.uid, keep_rates(counts, shares)[group]):
        return candidate
    return drop(candidate, Stages.SELECT, Reject.LANGUAGE_SHARE, language)
