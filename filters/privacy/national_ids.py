"""National identity numbers whose form and check digits leave little to chance.

Brazil's CPF as it is written, Italy's codice fiscale, Spain's DNI and NIE. Numbers that are digits
alone (BSN, SSN without a check digit) would take too many product codes with them.
"""

import re
from collections.abc import Iterator

from filters.privacy.span import Span

KIND = "national_id"

_CPF = re.compile(r"(?<![\w.-])\d{3}\.\d{3}\.\d{3}-\d{2}(?![\w-]|\.\d)")
_CODICE = re.compile(r"\b[A-Z]{6}\d{2}[ABCDEHLMPRST]\d{2}[A-Z]\d{3}[A-Z]\b")
_DNI = re.compile(r"(?<![\w.-])(?:\d{8}|[XYZ]-?\d{7})-?[A-HJ-NP-TV-Z](?![\w-])")
_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_NIE_DIGITS = str.maketrans("XYZ", "012")
# What a character counts at an odd place of a codice fiscale (D.M. 23 December 1976).
_ODD = dict(zip("0123456789", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21), strict=True)) | dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (
            1,
            0,
            5,
            7,
            9,
            13,
            15,
            17,
            19,
            21,
            2,
            4,
            18,
            20,
            11,
            3,
            6,
            8,
            12,
            14,
            16,
            10,
            22,
            25,
            24,
            23,
        ),
        strict=True,
    )
)


def find_national_ids(text: str) -> Iterator[Span]:
    """Yields the numbers in `text` whose check digits are right."""
    for pattern, is_right in ((_CPF, is_cpf), (_CODICE, is_codice_fiscale), (_DNI, is_dni)):
        for found in pattern.finditer(text):
            if is_right(re.sub(r"[.-]", "", found[0])):
                yield Span(found.start(), found.end(), KIND)


def is_cpf(digits: str) -> bool:
    """Whether both check digits are right; eleven equal digits are a placeholder."""
    return len(set(digits)) > 1 and all(
        _cpf_check(digits[:length]) == int(digits[length]) for length in (9, 10)
    )


def _cpf_check(digits: str) -> int:
    total = sum(
        int(digit) * weight for digit, weight in zip(digits[::-1], range(2, 12), strict=False)
    )
    return total * 10 % 11 % 10


def is_codice_fiscale(code: str) -> bool:
    """Whether the last letter follows from the fifteen before it."""
    total = sum(
        _ODD[char] if place % 2 == 0 else int(char, 36) - (10 if char.isalpha() else 0)
        for place, char in enumerate(code[:15])
    )
    return chr(ord("A") + total % 26) == code[15]


def is_dni(code: str) -> bool:
    """Whether the letter follows from the number, of a DNI or a NIE."""
    return _DNI_LETTERS[int(code[:-1].translate(_NIE_DIGITS)) % 23] == code[-1]
