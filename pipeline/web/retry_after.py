"""How long a host asks us to wait: `Retry-After` (RFC 9110, 10.2.3)."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Returns the seconds from `now` on, at least 0; None if `value` says nothing readable.

    Args:
        value: The header: seconds or an HTTP date.
        now: With its time zone.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    # A date without a zone (`-0000`) is UTC too (RFC 5322, 3.3).
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds())
