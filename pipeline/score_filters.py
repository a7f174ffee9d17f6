"""The steps of `[score.keep]`: limits on scores, some of which depend on all of them."""

from collections.abc import Mapping

from filters.score_range import ScoreRange
from pipeline.fit_thresholds import LOWER_IS_BETTER
from pipeline.recipe.score import Score
from pipeline.rules import Rule


def score_steps(score: Score, tops: Mapping[str, float]) -> tuple[Rule, ...]:
    """Returns what `[score.keep]` does.

    Args:
        score: The section.
        tops: For each column with `top`, the limit that keeps that share; a column whose limit is
            not known, because nothing was scored, is no step.
    """
    steps = []
    for column, limit in score.keep.items():
        minimum, maximum = limit.min, limit.max
        if limit.top is not None:
            if column not in tops:
                continue
            is_low = column in LOWER_IS_BETTER
            minimum, maximum = (None, tops[column]) if is_low else (tops[column], None)
        decide = ScoreRange(column=column, minimum=minimum, maximum=maximum)
        steps.append(Rule(name=column, decide=decide))
    return tuple(steps)
