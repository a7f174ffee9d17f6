"""The funnel of a sample: what each step drops by itself, and what it drops in its place.

By itself tells how strict a threshold is; in its place tells what it costs after those before it.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.rules import Choice, Rewrite, Rule, Step, filter_record
from schemas.outcomes import Reject
from schemas.records import Candidate, LedgerRow, PoolRow

EXAMPLES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A record that a step drops, and why."""

    record: Candidate | PoolRow
    why: LedgerRow

    @property
    def candidate(self) -> Candidate:
        """The URL and the text."""
        return self.record.candidate if isinstance(self.record, PoolRow) else self.record

    @property
    def evidence(self) -> str:
        """What the rule says of it; of a rule about languages, the language."""
        is_language = self.why.outcome == Reject.LANGUAGE
        return self.why.detail or ((self.candidate.language or "") if is_language else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drops:
    """What one step drops for one reason.

    Attributes:
        step: Name of the step.
        outcome: The ledger's word; empty if the step drops nothing at all.
        alone: Records of the whole sample that it drops by itself.
        in_order: Those among them that the steps before it leave.
        left: Records left after the step, all its reasons counted.
        is_low: Whether a full run drops more, because the step looks at records together and the
            sample holds only some of them.
        examples: Those that go in order first.
    """

    step: str
    outcome: str
    alone: int
    in_order: int
    left: int
    is_low: bool
    examples: tuple[Dropped, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """What the steps of a recipe do to a sample.

    Attributes:
        records: The sample after all rewrites, nothing dropped.
        drops: In the order of the steps.
        kept: Records that no step drops.
    """

    records: tuple[Candidate | PoolRow, ...]
    drops: tuple[Drops, ...]
    kept: tuple[Candidate | PoolRow, ...]


def try_steps(
    records: Sequence[Any], steps: Sequence[Step], stage: str, num_examples: int = EXAMPLES
) -> Funnel:
    """Returns what `steps` do to `records`.

    Args:
        records: The sample.
        steps: The very list that the stage runs.
        stage: The stage's name, for the reasons.
        num_examples: For each reason, at most.
    """
    sample, alive = list(records), [True] * len(records)
    drops: list[Drops] = []
    for step in steps:
        if isinstance(step, Rewrite):
            sample = _rewrite(step, sample)
            continue
        everyone = range(len(sample))
        alone = _drop(step, sample, everyone, stage)
        in_order = alone
        if isinstance(step, Choice):  # what it drops depends on who else is there
            in_order = _drop(step, sample, [n for n in everyone if alive[n]], stage)
        in_order = {n: why for n, why in in_order.items() if alive[n]}
        for number in in_order:
            alive[number] = False
        judged = _Judged(alone=alone, in_order=in_order, left=sum(alive))
        drops += _count(step, sample, judged, num_examples)
    kept = tuple(record for record, stays in zip(sample, alive, strict=True) if stays)
    return Funnel(records=tuple(sample), drops=tuple(drops), kept=kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """Why, by number of the record."""

    alone: dict[int, LedgerRow]
    in_order: dict[int, LedgerRow]
    left: int


def _rewrite(step: Rewrite, sample: list[Any]) -> list[Any]:
    rewritten: list[Any] = []
    for start in range(0, len(sample), step.batch):
        rewritten.extend(step.rewrite(sample[start : start + step.batch]))
    return rewritten


def _drop(
    step: Rule | Choice, sample: Sequence[Any], numbers: Sequence[int], stage: str
) -> dict[int, LedgerRow]:
    """Returns why, by number, for those of `numbers` that the step drops."""
    if isinstance(step, Choice):
        return _choose(step, sample, numbers)
    settled = ((n, filter_record(sample[n], stage, (step.decide,))) for n in numbers)
    return {n: why for n, why in settled if isinstance(why, LedgerRow)}


def _choose(step: Choice, sample: Sequence[Any], numbers: Sequence[int]) -> dict[int, LedgerRow]:
    groups: dict[str, list[int]] = defaultdict(list)
    for number in numbers:
        groups[step.key(sample[number])].append(number)
    dropped: dict[int, LedgerRow] = {}
    for key, members in groups.items():
        # A choice hands back the kept as they came, and of the others only their ledger rows.
        settled = list(step.choose(key, [sample[n] for n in members]))
        kept = {id(item) for item in settled if not isinstance(item, LedgerRow)}
        # Only the uid says which record a ledger row is about, and copies share one.
        by_uid: dict[str, list[int]] = defaultdict(list)
        for number in sorted(members, key=lambda n: id(sample[n]) in kept):
            by_uid[sample[number].uid].append(number)
        for row in settled:
            if isinstance(row, LedgerRow):
                dropped[by_uid[row.uid or ""].pop(0)] = row
    return dropped


def _count(
    step: Rule | Choice, sample: Sequence[Any], judged: _Judged, num_examples: int
) -> list[Drops]:
    alone = Counter(why.outcome for why in judged.alone.values())
    in_order = Counter(why.outcome for why in judged.in_order.values())
    return [
        Drops(
            step=step.name,
            outcome=outcome,
            alone=alone[outcome],
            in_order=in_order[outcome],
            left=judged.left,
            is_low=isinstance(step, Choice) and step.needs_all,
            examples=_examples(sample, outcome, judged)[:num_examples],
        )
        for outcome in sorted({*alone, *in_order}) or [""]
    ]


def _examples(sample: Sequence[Any], outcome: str, judged: _Judged) -> tuple[Dropped, ...]:
    """Returns what is dropped for `outcome`; what goes in order comes first."""
    reasons = judged.alone | judged.in_order
    ranked = sorted(reasons, key=lambda n: (n not in judged.in_order, n))
    return tuple(
        Dropped(record=sample[n], why=reasons[n]) for n in ranked if reasons[n].outcome == outcome
    )
