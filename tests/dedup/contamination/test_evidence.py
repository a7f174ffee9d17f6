import pytest

from dedup.contamination.corrected import DetectorRates
from dedup.contamination.evidence import parse_calibration
from schemas.errors import UserError

WANTED = DetectorRates(found=230, planted=249, hits=5, queries=5000)


def test_numbers_are_counts():
    assert parse_calibration("230/249", "5/5000") == WANTED


@pytest.mark.parametrize(("recall", "false"), [("0.9", "1/2"), ("1/2", "x/2"), ("3/2", "0/1")])
def test_numbers_that_are_no_counts_are_refused(recall, false):
    with pytest.raises(UserError):
        parse_calibration(recall, false)
