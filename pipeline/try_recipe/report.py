"""A try of a recipe as figures: the funnel, its estimate for the whole input, and the charts."""

from dataclasses import dataclass

from dedup.contamination.statistics import overlap_interval
from pipeline.try_recipe.funnel import Drops, Funnel
from pipeline.try_recipe.histograms import Histogram


@dataclass(frozen=True, slots=True, kw_only=True)
class TryReport:
    """What a recipe would do.

    Attributes:
        recipe: Its name.
        source: What was tried, as the user named it.
        what: What the records are, such as `candidates`.
        num_sampled: Records that were tried.
        num_seen: Records of the whole input.
        num_kept: Of the sample.
        kept_95: 95 % interval of the share that is kept, from the sampling alone.
        drops: In the order of the steps.
        charts: Of the whole sample, nothing dropped.
    """

    recipe: str
    source: str
    what: str
    num_sampled: int
    num_seen: int
    num_kept: int
    kept_95: tuple[float, float]
    drops: tuple[Drops, ...]
    charts: tuple[Histogram, ...]

    @property
    def kept_ratio(self) -> float:
        """Of the sample."""
        return self.num_kept / self.num_sampled if self.num_sampled else 0.0

    @property
    def kept_range(self) -> tuple[int, int]:
        """Records of the whole input that are kept, by the interval."""
        low, high = self.kept_95
        return int(low * self.num_seen), int(high * self.num_seen)


def make_report(
    funnel: Funnel,
    charts: list[Histogram],
    *,
    recipe: str,
    source: str,
    what: str,
    num_seen: int,
) -> TryReport:
    """Returns the report of a funnel."""
    sampled, kept = len(funnel.records), len(funnel.kept)
    is_whole = sampled == num_seen  # then nothing is estimated
    share = kept / sampled if sampled else 0.0
    return TryReport(
        recipe=recipe,
        source=source,
        what=what,
        num_sampled=sampled,
        num_seen=num_seen,
        num_kept=kept,
        kept_95=(share, share) if is_whole else overlap_interval(kept, sampled),
        drops=funnel.drops,
        charts=tuple(charts),
    )
