"""What a person sees of a running download: speed, success, outcomes, slow hosts, time left."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from rich.table import Table

from pipeline.progress import Counts, Figures, Waiting
from schemas.outcomes import Stage

WINDOW_S = 15.0  # speed is that of so long: shards end in jumps
SHOWN_OUTCOMES = 6
SHOWN_HOSTS = 4
MIN_HELD_S = 2.0  # a host that holds less is not slow

_OUTCOME = "outcome "


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moment:
    at_s: float
    ended: int
    stored: int
    bytes: int


class DownloadView:
    """Follows the figures of a run; it shows nothing before the first URL has ended."""

    def __init__(self) -> None:
        self._moments = deque([_Moment(at_s=0.0, ended=0, stored=0, bytes=0)])
        self._left = 0
        self._outcomes: Mapping[str, int] = {}
        self._hosts: Mapping[str, Waiting] = {}

    def update(self, elapsed_s: float, figures: Figures) -> None:
        """Takes the figures of a moment."""
        counts = {kind: n for (stage, kind), n in figures.counts.items() if stage == Stage.DOWNLOAD}
        self._outcomes = {
            kind.removeprefix(_OUTCOME): n
            for kind, n in counts.items()
            if kind.startswith(_OUTCOME) and n
        }
        self._hosts = figures.hosts
        self._left = counts.get("in", 0) - num_ended(figures.counts, Stage.DOWNLOAD)
        if not self._outcomes:  # speed counts from the first URL, not from the engine's start
            self._moments.clear()
        ended, stored = sum(self._outcomes.values()), self._outcomes.get("ok", 0)
        self._moments.append(
            _Moment(at_s=elapsed_s, ended=ended, stored=stored, bytes=counts.get("bytes", 0))
        )
        while len(self._moments) > 2 and elapsed_s - self._moments[1].at_s >= WINDOW_S:
            self._moments.popleft()

    def as_words(self) -> list[str]:
        """Returns the figures as phrases of one line."""
        if not self._outcomes:
            return []
        return [", ".join(self._speed()), self._outcome_words(), *self._host_words()]

    def as_table(self) -> Table:
        """Returns the figures a line each."""
        table = Table.grid(padding=(0, 2))
        if self._outcomes:
            table.add_row("speed", "  ".join(self._speed()))
            table.add_row("outcomes", self._outcome_words())
        for words in self._host_words():
            table.add_row("slowest", words.removeprefix("slowest hosts "))
        return table

    def _speed(self) -> Iterator[str]:
        first, last = self._moments[0], self._moments[-1]
        took_s = (last.at_s - first.at_s) or 1.0
        yield f"{(last.stored - first.stored) / took_s:,.0f} images/s"
        yield f"{(last.bytes - first.bytes) / took_s / 1e6:,.1f} MB/s"
        yield f"{last.stored / last.ended:.1%} stored"
        rate = (last.ended - first.ended) / took_s
        if self._left > 0 and rate:
            yield f"{timedelta(seconds=round(self._left / rate))} left"

    def _outcome_words(self) -> str:
        ranked = sorted(self._outcomes.items(), key=lambda item: (-item[1], item[0]))
        shown = [f"{name} {n:,}" for name, n in ranked[:SHOWN_OUTCOMES]]
        others = [n for _, n in ranked[SHOWN_OUTCOMES:]]
        return ", ".join([*shown, *([f"{len(others)} others {sum(others):,}"] if others else [])])

    def _host_words(self) -> list[str]:
        slow = sorted(self._hosts.items(), key=lambda item: (-item[1].seconds, item[0]))
        shown = [
            f"{host} {held.seconds:,.0f} s in {held.urls:,} URLs"
            for host, held in slow[:SHOWN_HOSTS]
            if held.seconds >= MIN_HELD_S
        ]
        return [f"slowest hosts {', '.join(shown)}"] if shown else []


def num_ended(counts: Counts, stage: str) -> int:
    """Returns how many URLs a stage is done with.

    Rows are `tried` in their order, behind those that ended before their turn; outcomes lack what
    an earlier run has finished.
    """
    outcomes = (n for (of, kind), n in counts.items() if of == stage and kind.startswith(_OUTCOME))
    return max(counts.get((stage, "tried"), 0), sum(outcomes))
