import pytest

from dedup.contamination.page_environment import count, page_environment, percent, small_percent


@pytest.mark.parametrize(
    ("rate", "shown"),
    [(0.0, "0 %"), (1.0, "100 %"), (0.0037, "0.37 %"), (0.01, "1.0 %"), (0.4567, "45.7 %")],
)
def test_a_rate_shows_the_digits_that_matter(rate: float, shown: str) -> None:
    assert percent(rate).replace("\N{NO-BREAK SPACE}", " ") == shown


@pytest.mark.parametrize(
    ("rate", "shown"),
    [(0.0, "0 %"), (4.2e-6, "0.00042 %"), (1.3e-12, "1.3e-10 %"), (0.02, "2.0 %")],
)
def test_a_very_small_rate_is_not_nothing(rate: float, shown: str) -> None:
    assert small_percent(rate).replace("\N{NO-BREAK SPACE}", " ") == shown


def test_thousands_stand_apart() -> None:
    assert count(1234567) == "1,234,567"


def test_values_are_escaped_and_the_style_is_at_hand() -> None:
    template = page_environment("dedup.contamination").from_string(
        '{{ value }}{% include "page.css" %}'
    )
    page = template.render(value="<b>")
    assert page.startswith("&lt;b&gt;")
    assert "--accent" in page
