"""Sets of characters that several text filters ask about, and counts of them at the speed of C.

Classes are Unicode's general categories; marks count as letters, because a vowel sign of Hindi or
Thai is a part of its word. For ASCII `bytes.translate` counts (measured: 0.2 us a caption).
"""

import unicodedata
from typing import NamedTuple

_LETTER, _DIGIT, _SYMBOL, _SPACE = "L", "N", "S", " "
_CLASS_OF = {"L": _LETTER, "M": _LETTER, "N": _DIGIT, "P": _SYMBOL, "S": _SYMBOL}

_ASCII = bytes(range(128))
_ASCII_LETTERS = bytes(c for c in _ASCII if chr(c).isalpha())
_ASCII_DIGITS = bytes(c for c in _ASCII if chr(c).isdigit())
_ASCII_SPACES = bytes(c for c in _ASCII if not 0x20 < c < 0x7F)


class Counts(NamedTuple):
    """How many characters of each class a text has; white space and controls are in none."""

    letters: int
    digits: int
    symbols: int

    @property
    def total(self) -> int:
        """All but white space and controls."""
        return self.letters + self.digits + self.symbols


def count_characters(text: str) -> Counts:
    """Returns the letters (with marks), digits (all of N) and symbols (P and S) of a text."""
    if not text.isascii():
        classes = text.translate(_CLASSES)
        return Counts(classes.count(_LETTER), classes.count(_DIGIT), classes.count(_SYMBOL))
    data = text.encode("ascii")
    size = len(data)
    letters = size - len(data.translate(None, _ASCII_LETTERS))
    digits = size - len(data.translate(None, _ASCII_DIGITS))
    return Counts(letters, digits, len(data.translate(None, _ASCII_SPACES)) - letters - digits)


class _Classes(dict[int, str]):
    """The class of each code point, looked up once."""

    def __missing__(self, code: int) -> str:
        category = unicodedata.category(chr(code))
        self[code] = known = _CLASS_OF.get(category[0], _SPACE)
        return known


_CLASSES = _Classes()


def _mark_ranges() -> str:
    """Returns all marks as the inside of a regex class; the class of words has none of them."""
    ranges: list[list[int]] = []
    for code in range(0x20000):  # no plane above has any but variation selectors
        if unicodedata.category(chr(code))[0] == "M":
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges)


MARKS = _mark_ranges()
