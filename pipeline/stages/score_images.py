"""Stage 6: what models think of a pair, and who is kept for it.

With a model that was trained to filter this is a Data Filtering Network (arXiv 2309.17425).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import apache_beam as beam

from pipeline.recipe.score import Score
from pipeline.rules import filter_record
from pipeline.score_filters import score_steps
from pipeline.stages.find_tops import FindTops
from pipeline.stages.stage import Split, Stage, StageResult, settle
from schemas.outcomes import Stage as Stages
from schemas.records import LedgerRow, PoolRow


class Scored(NamedTuple):
    """Every pair is in `result`; `rows` has those that have scores, kept or not."""

    result: StageResult
    rows: "beam.PCollection[PoolRow]"


@dataclass
class ScoreImages(Stage):
    """Scores pairs that have no scores of these models yet, and keeps those within the limits.

    Attributes:
        pool: Folder that holds the images.
    """

    score: Score
    pool: str
    progress: str | None = None

    def expand(self, pairs: beam.PCollection) -> Scored:
        # RunInference's module loads torch, 550 MB that no process without a model has to hold.
        from pipeline.stages.write_scores import WriteScores

        settled = pairs | WriteScores(self.score.options, self.pool, self.score.share_model)
        rows, failed = settled | Split()
        judged = rows | JudgeScores(self.score)
        everything = (judged, failed) | "Settled" >> beam.Flatten()
        return Scored(settle(Stages.SCORE, pairs, everything, self.progress), rows)


@dataclass
class JudgeScores(Stage):
    """Replaces each pair that a limit rejects by its ledger row."""

    score: Score

    def expand(self, pairs: beam.PCollection) -> beam.PCollection:
        limits = self.score.keep.items()
        shares = {str(c): limit.top for c, limit in limits if limit.top is not None}
        tops = pairs | FindTops(shares)
        return pairs | "Judge" >> beam.Map(judge_pair, self.score, beam.pvalue.AsDict(tops))


def judge_pair(pair: PoolRow, score: Score, tops: Mapping[str, float]) -> PoolRow | LedgerRow:
    """Returns the pair, or why its scores reject it."""
    filters = [step.decide for step in score_steps(score, tops)]
    judged = filter_record(pair, Stages.SCORE, filters)
    assert isinstance(judged, PoolRow | LedgerRow)
    return judged
