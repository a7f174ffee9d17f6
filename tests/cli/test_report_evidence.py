import pytest

from cli.report_evidence import gather_evidence
from schemas.errors import UserError


def test_nothing_given_is_no_evidence():
    evidence = gather_evidence(["b"], (), None, None, None, None)
    assert (evidence.answers, evidence.calibration, evidence.verdicts) == ({}, None, {})


def test_counts_are_read():
    evidence = gather_evidence(["b"], (), None, None, "9/10", "0/10")
    assert evidence.calibration.recall == 0.9


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((("b",), None, None, None, None), "NAME=FILE"),
        ((("c=x.csv",), None, None, None, None), "no benchmark 'c'"),
        (((), None, None, "9/10", None), "needs both"),
        (((), None, "file", "9/10", "0/10"), "has both counts"),
    ],
)
def test_what_is_wrong_is_named(arguments, complaint):
    with pytest.raises(UserError, match=complaint):
        gather_evidence(["b"], *arguments)
