from datetime import UTC, datetime

import pytest

from pipeline.web.backoff import backoff_s, retry_after_s

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failures", "expected"), [(1, 0.5), (2, 1), (3, 2), (6, 16), (7, 30), (5000, 30)]
)
def test_the_wait_doubles_up_to_sixty_times_the_base(failures: int, expected: float) -> None:
    assert backoff_s(failures, 0.5) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0", 0),
        (" 7 ", 7),
        ("119", 119),
        ("86400", 120),
        ("Thu, 01 Jan 2026 00:00:30 GMT", 30),
        ("Thu, 01 Jan 2026 00:00:30 -0000", 30),
        ("Thu, 01 Jan 2026 09:00:00 GMT", 120),
        ("Wed, 31 Dec 2025 00:00:00 GMT", 0),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("\u0663", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_clamped(
    value: str | None, expected: float | None
) -> None:
    assert retry_after_s(value, NOW) == expected
