import pytest

from filters.privacy.phones import find_phones, region_of


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("call (212) 555-0123 now", "US", "(212) 555-0123"),
        ("212.555.0123", "US", "212.555.0123"),
        ("+1 212 555 0123", "DE", "+1 212 555 0123"),
        ("Computer Repair Bellevue Ne 402-505-6600", "US", "402-505-6600"),
        ("Tel. 020 7946 0123", "GB", "020 7946 0123"),
        ("+49 30 23125 123", "US", "+49 30 23125 123"),
        ("01 99 00 12 34", "FR", "01 99 00 12 34"),
        ("Phone: 2125550123", "US", "2125550123"),
        ("+33 6 12 34 56 78!", "US", "+33 6 12 34 56 78"),
        ("(561) 608-9948 x040", "US", "(561) 608-9948"),
        ("062-2458699", "NL", "062-2458699"),
        ("Fax: 0609-423 02", "SE", "0609-423 02"),
    ],
)
def test_numbers_are_found_whole(text: str, region: str, number: str) -> None:
    (span,) = find_phones(text, region)
    assert text[span.start : span.end] == number


@pytest.mark.parametrize(
    "text",
    [
        "ISBN 978-3-16-148410-0",
        "2019-08-12 14:33:20",
        "12/05/2019 - 14/05/2019",
        "SKU 212-555-0123",
        "item #2125550123",
        "2125550123",  # nothing tells it from a product code
        "1920 x 1080 px",
        "52.520008, 13.404954",
        "-152.086293",
        "1000000 x 2",
        "$212,555,012.30",
        "the years 1939-1945",
        "photo 2125550123.jpg",
        "1 234 567 km",
        "4111 1111 1111 1111 1111",
    ],
)
def test_other_numbers_are_none(text: str) -> None:
    assert list(find_phones(text, "US")) == []


def test_a_national_number_is_one_in_its_own_country_alone() -> None:
    assert list(find_phones("020 7946 0123", "GB"))
    assert not list(find_phones("020 7946 0123", "US"))


@pytest.mark.parametrize(
    ("url", "region"),
    [
        ("http://example.co.uk/a", "GB"),
        ("http://example.de:8080/a", "DE"),
        ("http://example.com/de", "US"),
        ("ni:///sha-256;abc", "US"),
        (None, "US"),
    ],
)
def test_the_country_of_a_page_is_that_of_its_domain(url: str | None, region: str) -> None:
    assert region_of(url) == region
