"""The funnel of a sample: what each step drops by itself, and what it drops in its place.

By itself tells how strict a threshold is; in its place tells what it costs after those before it.
"""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pipeline.query_draw import QueryDraw
from pipeline.rules import Choice, Rewrite, Rule, Step, filter_record
from pipeline.run_wide_steps import RunWideStep
from pipeline.try_recipe.run_wide import Whole, judge_run_wide, sight_of
from pipeline.try_recipe.spool import BATCH, Spool, scatter
from pipeline.try_recipe.tally import Drops, Sight, StepTally, Verdict
from schemas.outcomes import Stage
from schemas.records import Candidate, LedgerRow

EXAMPLES = 10

TriedStep = Step | RunWideStep | QueryDraw


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """What the steps of a recipe do to a sample; to be closed.

    Attributes:
        drops: In the order of the steps.
        num_records: Of the sample.
        num_kept: Records that no step drops.
        spool: The sample after all rewrites, nothing dropped.
        left_before: By name of a run-wide step, for each record whether it is left for it; by ""
            whether it is kept.
    """

    drops: tuple[Drops, ...]
    num_records: int
    num_kept: int
    spool: Spool[Candidate]
    left_before: dict[str, bytes]

    def records(self) -> Iterator[Candidate]:
        """Yields the sample, nothing dropped."""
        return iter(self.spool)

    def kept(self) -> Iterator[Candidate]:
        """Yields what no step drops."""
        return (candidate for _, candidate in self.left(""))

    def left(self, step: str) -> Iterator[tuple[int, Candidate]]:
        """Yields what is left for a run-wide step, with numbers; see `left_before`."""
        flags = self.left_before[step]
        return ((n, candidate) for n, candidate in enumerate(self.spool) if flags[n])

    def close(self) -> None:
        """Gives memory and disk back."""
        self.spool.close()


def try_steps(
    records: Iterable[Candidate],
    steps: Sequence[TriedStep],
    num_examples: int = EXAMPLES,
    whole: Whole | None = None,
) -> Funnel:
    """Returns what `steps` do to `records`; memory does not grow with their number.

    Args:
        records: The sample.
        steps: The very lists that the stages run.
        num_examples: For each reason, at most.
        whole: What the sample stands for; itself if not given.
    """
    trial = _Trial(records, num_examples, whole or Whole())
    for is_streamed, group in groupby(steps, lambda step: isinstance(step, Rule | Rewrite)):
        if is_streamed:
            trial.stream([step for step in group if isinstance(step, Rule | Rewrite)])
        else:
            for step in group:
                assert not isinstance(step, Rule | Rewrite)
                trial.judge_together(step)
    return trial.funnel()


class _Trial:
    """The sample on its way through the steps; its records keep their numbers."""

    def __init__(self, records: Iterable[Candidate], num_examples: int, whole: Whole) -> None:
        self._spool = Spool[Candidate]()
        self._spool.extend(records)
        self._is_left = bytearray(b"\1") * len(self._spool)
        self._num_left = len(self._spool)
        self._num_examples, self._whole = num_examples, whole
        self._left_before: dict[str, bytes] = {}
        self._drops: list[Drops] = []

    def funnel(self) -> Funnel:
        return Funnel(
            drops=tuple(self._drops),
            num_records=len(self._spool),
            num_kept=self._num_left,
            spool=self._spool,
            left_before=self._left_before | {"": bytes(self._is_left)},
        )

    def stream(self, steps: Sequence[Rule | Rewrite]) -> None:
        """Runs steps that need no other record, all in one pass."""
        rules = [step for step in steps if isinstance(step, Rule)]
        judged = [_Streamed(rule, self._num_examples) for rule in rules]
        rewritten = Spool[Candidate]()
        for number, given in enumerate(self._spool.batches()):
            start, batch, rest = number * BATCH, given, iter(judged)
            for step in steps:
                if isinstance(step, Rewrite):
                    batch = _rewrite(step, batch)
                else:
                    next(rest).judge(start, batch, self._is_left)
            rewritten.extend(batch)
        self._spool.close()
        self._spool = rewritten
        for rule in judged:
            self._num_left -= rule.num_dropped
            self._drops += rule.tally.drops(self._num_left, rule.candidates)

    def judge_together(self, step: Choice | RunWideStep | QueryDraw) -> None:
        """Runs a step that looks at records together: at all of them, and at those left."""
        tally = StepTally(step.name, self._sight(step), self._num_examples)
        if not isinstance(step, Choice):
            self._left_before[step.name] = bytes(self._is_left)
        for verdict in self._judge(step, self._all):
            tally.add_alone(verdict)
        dropped = array("Q")
        for verdict in self._judge(step, self._left):
            tally.add_in_order(verdict)
            dropped.append(verdict.number)
        for number in dropped:
            self._is_left[number] = 0
        self._num_left -= len(dropped)
        self._drops += tally.drops(self._num_left, self._candidates(tally))

    def _sight(self, step: Choice | RunWideStep | QueryDraw) -> Sight:
        if not isinstance(step, Choice):
            return sight_of(step, self._whole)
        return Sight.LESS if step.needs_all and self._whole.ratio != 1 else Sight.ALL

    def _judge(
        self,
        step: Choice | RunWideStep | QueryDraw,
        records: Callable[[], Iterator[tuple[int, Candidate]]],
    ) -> Iterator[Verdict]:
        if isinstance(step, Choice):
            return _choose(step, records(), len(self._spool))
        return judge_run_wide(step, records, len(self._spool), self._whole)

    def _all(self) -> Iterator[tuple[int, Candidate]]:
        return enumerate(self._spool)

    def _left(self) -> Iterator[tuple[int, Candidate]]:
        return ((n, candidate) for n, candidate in enumerate(self._spool) if self._is_left[n])

    def _candidates(self, tally: StepTally) -> dict[int, Candidate]:
        """Returns the examples' records, which are among the first."""
        wanted = {v.number for shown in tally.examples().values() for v in shown}
        found: dict[int, Candidate] = {}
        for n, candidate in self._all():
            if len(found) == len(wanted):
                break
            if n in wanted:
                found[n] = candidate
        return found


class _Streamed:
    """A rule, and what it says of the batches of a pass."""

    def __init__(self, rule: Rule, num_examples: int) -> None:
        self._rule = rule
        self.tally = StepTally(rule.name, Sight.ALL, num_examples)
        self.candidates: dict[int, Candidate] = {}
        self.num_dropped = 0

    def judge(self, start: int, batch: Sequence[Candidate], is_left: bytearray) -> None:
        """Counts what the rule drops, and takes it from those left."""
        for n, candidate in enumerate(batch, start):
            why = filter_record(candidate, Stage.SELECT, (self._rule.decide,))
            if not isinstance(why, LedgerRow):
                continue
            verdict = Verdict(n, why.outcome, why.detail)
            self.tally.add_alone(verdict)
            if is_left[n]:
                self.tally.add_in_order(verdict)
                self.num_dropped += 1
                is_left[n] = 0
            self.candidates[n] = candidate
        shown = {v.number for verdicts in self.tally.examples().values() for v in verdicts}
        self.candidates = {n: c for n, c in self.candidates.items() if n in shown}


def _rewrite(step: Rewrite, batch: list[Candidate]) -> list[Candidate]:
    rewritten: list[Candidate] = []
    for start in range(0, len(batch), step.batch):
        rewritten.extend(step.rewrite(batch[start : start + step.batch]))
    return rewritten


def _choose(
    step: Choice, records: Iterator[tuple[int, Candidate]], num_records: int
) -> Iterator[Verdict]:
    keyed = ((step.key(c).encode("utf-8", "surrogatepass"), (n, c)) for n, c in records)
    with scatter(keyed, num_records) as parts:
        for part in parts:
            groups: dict[str, list[tuple[int, Candidate]]] = defaultdict(list)
            for n, candidate in part:
                groups[step.key(candidate)].append((n, candidate))
            for key, members in groups.items():
                yield from _choose_one(step, key, members)


def _choose_one(
    step: Choice, key: str, members: Sequence[tuple[int, Candidate]]
) -> Iterator[Verdict]:
    # A choice hands back the kept as they came, and of the others only their ledger rows.
    settled: list[Any] = list(step.choose(key, [candidate for _, candidate in members]))
    kept = {id(item) for item in settled if not isinstance(item, LedgerRow)}
    # Only the uid says which record a ledger row is about, and copies share one.
    by_uid: dict[str, list[int]] = defaultdict(list)
    for n, candidate in sorted(members, key=lambda member: id(member[1]) in kept):
        by_uid[candidate.uid].append(n)
    for row in settled:
        if isinstance(row, LedgerRow):
            yield Verdict(by_uid[row.uid or ""].pop(0), row.outcome, row.detail)
