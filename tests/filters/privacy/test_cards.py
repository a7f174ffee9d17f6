import pytest

from filters.privacy.cards import find_cards, has_issuer, passes_luhn

# Numbers that the issuers publish for tests.
CARDS = (
    "4111 1111 1111 1111",
    "4012-8888-8888-1881",
    "5555555555554444",
    "2223 0031 2200 3222",
    "3782 822463 10005",
    "3056 930902 5904",
    "6011111111111117",
    "3530 1113 3330 0000",
    "6759 6498 2643 8453",
    "6304 2846 9534",
)


@pytest.mark.parametrize("card", CARDS)
def test_published_test_numbers_are_found(card: str) -> None:
    text = f"paid with {card}."
    (span,) = find_cards(text)
    assert text[span.start : span.end] == card


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1112",  # check digit
        "9111 1111 1111 1111",  # no issuer
        "4111-1111 1111-1111",  # two kinds of marks
        "1.4111111111111111",
        "4111111111111111.5",
        "4111111111111111x",
        "ISBN 978-3-16-148410-0",
        "x4111111111111111",
        "630428469534",  # as a UPC is printed
    ],
)
def test_other_numbers_are_none(text: str) -> None:
    assert list(find_cards(text)) == []


@pytest.mark.parametrize(("digits", "is_right"), [("79927398713", True), ("79927398710", False)])
def test_the_check_digit(digits: str, is_right: bool) -> None:
    assert passes_luhn(digits) == is_right


@pytest.mark.parametrize(
    ("prefix", "known"), [("2220", False), ("2221", True), ("2720", True), ("2721", False)]
)
def test_ranges_of_issuers_hold_their_ends(prefix: str, known: bool) -> None:
    assert has_issuer(prefix.ljust(16, "0")) == known
    assert not has_issuer(prefix.ljust(15, "0"))
