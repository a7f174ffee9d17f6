"""A try of a recipe as figures: the funnel, its estimate for the whole input, and the charts."""

from dataclasses import dataclass

from dedup.contamination.statistics import overlap_interval
from pipeline.try_recipe.funnel import Funnel
from pipeline.try_recipe.histograms import Histogram
from pipeline.try_recipe.tally import Drops, Sight


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """A bar of the funnel: what one step leaves, in percent of the sample."""

    name: str
    left: int
    left_percent: float
    lost_percent: float


_NOTES = {
    Sight.LESS: "* sees the sample alone, and copies are mostly outside of it: a full run drops"
    " more; --all shows how much",
    Sight.COUNTED: "+ each text or image of the sample is counted in the whole input, by the rules"
    " above; of a key with too many, a fair share of the sample is drawn",
    Sight.SCALED: "~ the sample's counts are scaled to the whole input; of rare queries the sample"
    " holds few or none",
}


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

    @property
    def narrowing(self) -> tuple[Narrowing, ...]:
        """The steps that drop something in their place."""
        lost, left = dict[str, int](), dict[str, int]()
        for drops in self.drops:
            lost[drops.step] = lost.get(drops.step, 0) + drops.in_order
            left[drops.step] = drops.left
        return tuple(
            Narrowing(
                name=name,
                left=left[name],
                left_percent=round(100 * left[name] / self.num_sampled, 2),
                lost_percent=round(100 * lost[name] / self.num_sampled, 2),
            )
            for name in lost
            if lost[name]
        )

    @property
    def is_part(self) -> bool:
        """Whether there is more than what was tried."""
        return self.num_sampled < self.num_seen

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know of steps that look at records together."""
        there = {drops.sight for drops in self.drops} if self.is_part else set()
        return tuple(note for sight, note in _NOTES.items() if sight in there)

    def mark(self, drops: Drops) -> str:
        """Returns the sign of the step's note, if it has one."""
        return _NOTES[drops.sight][0] if self.is_part and drops.sight in _NOTES else ""


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
    sampled, kept = funnel.num_records, funnel.num_kept
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
