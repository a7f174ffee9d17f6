"""What one step drops, counted by reason, with the first few records as examples."""

from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from schemas.outcomes import Reject
from schemas.records import Candidate


class Sight(StrEnum):
    """How a sample stands for the whole in a step that looks at records together."""

    ALL = "all"  # each record is judged as in a full run
    LESS = "less"  # it sees the sample alone, and a full run drops more
    COUNTED = "counted"  # it judges by counts of the whole input
    SCALED = "scaled"  # it judges by the sample's counts, scaled to the whole


class Verdict(NamedTuple):
    """A step says no to the record of this number."""

    number: int
    outcome: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A candidate that a step drops, and why."""

    candidate: Candidate
    outcome: str
    detail: str

    @property
    def evidence(self) -> str:
        """What the rule says of it; of a rule about languages, the language."""
        is_language = self.outcome == Reject.LANGUAGE
        return self.detail or ((self.candidate.language or "") if is_language else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drops:
    """What one step drops for one reason.

    Attributes:
        step: Name of the step.
        outcome: The ledger's word; empty if the step drops nothing at all.
        alone: Records of the whole sample that it drops by itself.
        in_order: Those that it drops of what the steps before it leave.
        left: Records left after the step, all its reasons counted.
        sight: What it sees of the whole input.
        examples: Those that go in order first.
    """

    step: str
    outcome: str
    alone: int
    in_order: int
    left: int
    sight: Sight
    examples: tuple[Dropped, ...]


class StepTally:
    """Gathers the verdicts of one step, in any order; holds only the first of each reason."""

    def __init__(self, step: str, sight: Sight, num_examples: int) -> None:
        self._step, self._sight, self._num_examples = step, sight, num_examples
        self._alone, self._in_order = Counter[str](), Counter[str]()
        self._first_alone = defaultdict[str, list[Verdict]](list)
        self._first_in_order = defaultdict[str, list[Verdict]](list)

    def add_alone(self, verdict: Verdict) -> None:
        """Takes what the step drops by itself."""
        self._alone[verdict.outcome] += 1
        # Half of them may stand among those in order, which come first.
        _keep_first(self._first_alone[verdict.outcome], verdict, 2 * self._num_examples)

    def add_in_order(self, verdict: Verdict) -> None:
        """Takes what the step drops of those left."""
        self._in_order[verdict.outcome] += 1
        _keep_first(self._first_in_order[verdict.outcome], verdict, self._num_examples)

    def examples(self) -> dict[str, list[Verdict]]:
        """Returns the verdicts to show, by reason; those in order first."""
        return {outcome: list(self._shown(outcome)) for outcome in self._outcomes()}

    def _outcomes(self) -> list[str]:
        return sorted({*self._alone, *self._in_order})

    def _shown(self, outcome: str) -> Iterator[Verdict]:
        first = self._first_in_order[outcome]
        numbers = {verdict.number for verdict in first}
        rest = [v for v in self._first_alone[outcome] if v.number not in numbers]
        yield from [*first, *rest][: self._num_examples]

    def drops(self, left: int, candidates: dict[int, Candidate]) -> list[Drops]:
        """Returns the rows of the step.

        Args:
            left: Records that are left.
            candidates: By number, of all `examples`.
        """
        return [
            Drops(
                step=self._step,
                outcome=outcome,
                alone=self._alone[outcome],
                in_order=self._in_order[outcome],
                left=left,
                sight=self._sight,
                examples=tuple(_dropped(self._shown(outcome), candidates)),
            )
            for outcome in self._outcomes() or [""]
        ]


def _keep_first(held: list[Verdict], verdict: Verdict, count: int) -> None:
    if len(held) < count or (held and verdict < held[-1]):
        insort(held, verdict)
        del held[count:]


def _dropped(verdicts: Iterable[Verdict], candidates: dict[int, Candidate]) -> Iterator[Dropped]:
    for number, outcome, detail in verdicts:
        yield Dropped(candidate=candidates[number], outcome=outcome, detail=detail)
