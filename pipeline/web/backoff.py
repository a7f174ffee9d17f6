"""How long to leave a host alone that asks for it or fails (RFC 9110, 10.2.3 and 15.6)."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MAX_RETRY_AFTER_S = (
    120.0  # longer than any delay of Heritrix (30 s) or Nutch (5 s); no host parks us
)
MAX_DOUBLED = 60.0  # times the base; our own choice: a minute for a base of one second


def backoff_s(failures: int, base_s: float) -> float:
    """Returns the wait after so many failures in a row: the base, doubled each time, clamped."""
    return float(base_s * min(2.0 ** min(failures - 1, 63), MAX_DOUBLED))


def retry_after_s(value: str | None, now: datetime | None = None) -> float | None:
    """Returns the wait that a Retry-After header asks for, clamped; None if it asks for none.

    Args:
        value: Seconds or an HTTP date.
        now: UTC; the clock's time if None.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text), MAX_RETRY_AFTER_S)
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    seconds = (aware - (now or datetime.now(UTC))).total_seconds()
    return min(max(seconds, 0.0), MAX_RETRY_AFTER_S)
