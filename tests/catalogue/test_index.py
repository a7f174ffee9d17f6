"""The catalogue's index: every case has a test that says its number."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
NOT_AN_INPUT = {15}  # says which engine to start
CASES = {*range(1, 59), 94} - NOT_AN_INPUT

# `test_39_40_` is of two cases, `test_42_to_44_` of three.
_NAME = re.compile(r"def test_(\d\d)(?:_(to_)?(\d\d))?_")


def numbers(source: str) -> set[int]:
    found = set()
    for first, through, last in _NAME.findall(source):
        ends = int(first), int(last or first)
        found |= set(range(ends[0], ends[1] + 1)) if through else set(ends)
    return found


def test_every_case_has_a_test_of_its_number() -> None:
    found: set[int] = set()
    for path in TESTS.rglob("test_*.py"):
        found |= numbers(path.read_text(encoding="utf-8"))
    assert sorted(CASES - found) == []


def test_numbers_are_read_off_names() -> None:
    names = ("test_07_a", "test_39_40_b", "test_42_to_44_c", "test_x_1", "test_1_d")
    source = "\n".join(f"def {name}() -> None:" for name in names)
    assert numbers(source) == {7, 39, 40, 42, 43, 44}
