"""TDMRep: the reservation of text and data mining rights (W3C CG report, 10 May 2024)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.web.path_pattern import PathPattern, spell_url
from schemas.uid import MAX_URL_CHARS, clean_text

PATH = "/.well-known/tdmrep.json"
WHERE = "tdmrep.json"
RESERVATION, POLICY = "tdm-reservation", "tdm-policy"

MAX_RULES = 1000  # ours; the report's own examples have three


@dataclass(frozen=True, slots=True)
class TdmRule:
    """One rule of a tdmrep.json: where it holds, and what it says there."""

    location: PathPattern
    signals: frozenset[str]


def tdm_signals(where: str, reservation: str, policy: str = "") -> frozenset[str]:
    """Returns the signals of one declaration.

    Args:
        where: Header, meta element or file.
        reservation: `1` or `0`; any other value is an error and counts as unset.
        policy: URL of the terms, kept as evidence of a reservation.
    """
    value = reservation.strip()
    if value not in ("0", "1"):
        return frozenset()
    found = {f"{where}:{RESERVATION}={value}"}
    terms = clean_text(policy)[:MAX_URL_CHARS]
    if value == "1" and terms:
        found.add(f"{where}:{POLICY}={terms}")
    return frozenset(found)


def parse_tdmrep(body: bytes) -> tuple[TdmRule, ...]:
    """Returns the rules of a tdmrep.json in its order; what is none has none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return ()
    items = found if isinstance(found, list) else [found]  # some write the only rule alone
    rules = (_read_rule(item) for item in items[:MAX_RULES] if isinstance(item, dict))
    return tuple(rule for rule in rules if rule and rule.signals)


def signals_of(rules: Sequence[TdmRule], url: str) -> frozenset[str]:
    """Returns what the first rule says that matches `url`: here the order decides, not the length.

    The report: "The most specific match is the first in sequence".
    """
    spelled = spell_url(url) if rules else ""
    matching = (rule.signals for rule in rules if rule.location.matches(spelled))
    return next(matching, frozenset())


def _read_rule(item: dict[str, Any]) -> TdmRule | None:
    location, policy = item.get("location"), item.get(POLICY)
    if not isinstance(location, str) or not location:
        return None
    # JSON can hold half a surrogate pair, which is no octets.
    pattern = PathPattern(location.encode("utf-8", "replace").decode("utf-8"))
    value = item.get(RESERVATION)
    reservation = str(int(value)) if isinstance(value, bool) else str(value)
    return TdmRule(
        pattern, tdm_signals(WHERE, reservation, policy if isinstance(policy, str) else "")
    )
