import pytest

from dedup.contamination.corrected import DetectorRates
from dedup.contamination.evidence import parse_calibration, read_calibration
from schemas.errors import UserError

WANTED = DetectorRates(found=230, planted=249, hits=5, queries=5000)


def test_file_and_numbers_say_the_same(tmp_path):
    file = tmp_path / "calibration.json"
    file.write_text(
        '{"recall": {"found": 230, "planted": 249}, "more": 1,'
        ' "false_positives": {"hits": 5, "queries": 5000}}'
    )
    assert read_calibration(str(file)) == parse_calibration("230/249", "5/5000") == WANTED


def test_without_planted_copies_nothing_is_corrected(tmp_path):
    file = tmp_path / "calibration.json"
    file.write_text(
        '{"recall": {"found": 0, "planted": 0}, "false_positives": {"hits": 5, "queries": 5000}}'
    )
    assert read_calibration(str(file)) is None


@pytest.mark.parametrize("content", ["", "[]", '{"recall": {"found": 3, "planted": 2}}'])
def test_file_without_counts_is_the_users_mistake(tmp_path, content):
    file = tmp_path / "calibration.json"
    file.write_text(content)
    with pytest.raises(UserError, match="expected"):
        read_calibration(str(file))


@pytest.mark.parametrize(("recall", "false"), [("0.9", "1/2"), ("1/2", "x/2"), ("3/2", "0/1")])
def test_numbers_that_are_no_counts_are_refused(recall, false):
    with pytest.raises(UserError):
        parse_calibration(recall, false)
