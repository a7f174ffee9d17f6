"""How long to leave a host alone that asks for it or fails (RFC 9110, 10.2.3 and 15.6)."""

from datetime import datetime

from pipeline.web.retry_after import parse_retry_after

# Longer than any delay of Heritrix (30 s) or Nutch (5 s); no host parks us.
MAX_RETRY_AFTER_S = 120.0
MAX_DOUBLED = 60.0  # times the base; our own choice: a minute for a base of one second


def backoff_s(failures: int, base_s: float) -> float:
    """Returns the wait after so many failures in a row: the base, doubled each time, clamped."""
    return float(base_s * min(2.0 ** min(failures - 1, 63), MAX_DOUBLED))


def retry_after_s(value: str | None, now: datetime) -> float | None:
    """Returns the wait that a Retry-After header asks for, clamped; None if it asks for none."""
    asked_s = parse_retry_after(value, now)
    return None if asked_s is None else min(asked_s, MAX_RETRY_AFTER_S)
