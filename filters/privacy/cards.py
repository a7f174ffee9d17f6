"""Payment cards: ISO/IEC 7812 numbers of a known issuer with the right length and check digit."""

import re
from collections.abc import Iterator

from filters.privacy.span import Span

KIND = "card"

# Written as they stand on cards: fours, 4-6-5 (American Express), 4-6-4 (Diners), or in one piece.
_NUMBER = re.compile(
    r"(?<![\w.,/-])(?:"
    r"\d{4}([ -])\d{4}\1\d{4}(?:\1\d{4}(?:\1\d{3})?)?|\d{4}([ -])\d{6}\2\d{4,5}|\d{14,19}"
    r")(?![\w/-]|[.,]\d)"
)
# First and last prefix, and lengths. Issuers' published ranges; Maestro and UnionPay at their
# common lengths only, since nearly every number would be one of theirs otherwise.
_ISSUERS: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("4", "4", (16, 19)),  # Visa; its 13 digits are history, and an EAN has as many
    ("51", "55", (16,)),  # Mastercard
    ("2221", "2720", (16,)),
    ("34", "34", (15,)),  # American Express
    ("37", "37", (15,)),
    ("300", "305", (14,)),  # Diners Club
    ("36", "36", (14,)),
    ("38", "39", (14,)),
    ("3528", "3589", (16,)),  # JCB
    ("6011", "6011", (16,)),  # Discover
    ("644", "659", (16,)),
    ("62", "62", (16, 19)),  # UnionPay
    ("5018", "5018", (12, 16)),  # Maestro; 12 in fours only, since UPCs have as many
    ("5020", "5020", (12, 16)),
    ("5038", "5038", (12, 16)),
    ("6304", "6304", (12, 16)),
    ("6759", "6763", (12, 16)),
)


def find_cards(text: str) -> Iterator[Span]:
    """Yields the card numbers in `text`."""
    for found in _NUMBER.finditer(text):
        digits = found[0].replace(" ", "").replace("-", "")
        if has_issuer(digits) and passes_luhn(digits):
            yield Span(found.start(), found.end(), KIND)


def has_issuer(digits: str) -> bool:
    """Whether an issuer gives numbers that begin so and are as long."""
    return any(
        len(digits) in lengths and first <= digits[: len(first)] <= last
        for first, last, lengths in _ISSUERS
    )


def passes_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of ISO/IEC 7812-1, annex B."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[::-2])) + sum(doubled)) % 10 == 0
