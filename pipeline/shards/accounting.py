"""The accounting: for every stage, in = kept + rejected + failed; and nothing lost in between.

Counts come from the records themselves and not from an engine's metrics, so that a retried bundle
counts once. A count's key is `(stage, kind, outcome)`; kind is `in`, `kept` or `dropped`, and only
`dropped` has an outcome.
"""

from collections.abc import Mapping
from typing import Any

from schemas.errors import AccountingError
from schemas.outcomes import Stage, is_known, is_reject

CountKey = tuple[str, str, str]
Stages = dict[str, dict[str, Any]]


def stages_of(counts: Mapping[CountKey, int]) -> Stages:
    """Returns `{stage: {in, kept, rejected: {reason: n}, failed: {reason: n}}}`, in data order."""
    stages: Stages = {}
    for name in Stage:
        if not any(stage == name for stage, _, _ in counts):
            continue
        dropped = {
            outcome: n
            for (stage, kind, outcome), n in sorted(counts.items())
            if stage == name and kind == "dropped"
        }
        stages[str(name)] = {
            "in": counts.get((name, "in", ""), 0),
            "kept": counts.get((name, "kept", ""), 0),
            "rejected": {outcome: n for outcome, n in dropped.items() if is_reject(outcome)},
            "failed": {outcome: n for outcome, n in dropped.items() if not is_reject(outcome)},
        }
    return stages


def num_dropped(stages: Stages) -> int:
    """Returns how many rows the ledger must have."""
    return sum(
        sum(stage["rejected"].values()) + sum(stage["failed"].values()) for stage in stages.values()
    )


def problems(stages: Stages) -> list[str]:
    """Returns every breach of the law, a line each; none if the accounts are right."""
    found = []
    before: str | None = None
    for name, stage in stages.items():
        unknown = [o for o in (*stage["rejected"], *stage["failed"]) if not is_known(o)]
        found += [f"{name}: unknown outcome {outcome!r}" for outcome in unknown]
        rejected, failed = sum(stage["rejected"].values()), sum(stage["failed"].values())
        if stage["in"] != stage["kept"] + rejected + failed:
            found.append(
                f"{name}: {stage['in']} in, but {stage['kept']} kept + {rejected} rejected"
                f" + {failed} failed"
            )
        if before and stages[before]["kept"] != stage["in"]:
            found.append(f"{name}: {stage['in']} in, but {before} kept {stages[before]['kept']}")
        before = name
    return found


def check(stages: Stages) -> None:
    """Raises `AccountingError` if a stage lost or invented records."""
    if found := problems(stages):
        raise AccountingError("; ".join(found))
