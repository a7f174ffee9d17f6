import pytest

from cli.report_evidence import gather_evidence
from dedup.contamination.corrected import DetectorRates
from dedup.contamination.evidence import Evidence
from schemas.errors import UserError

NOTHING = {"predictions": (), "verdicts": None, "recall": None, "false_positives": None}
RATES = DetectorRates(found=9, planted=10, hits=0, queries=10)


def gather(**given: object) -> Evidence:
    rates = given.pop("rates", {})
    return gather_evidence(["b", "c"], rates, **(NOTHING | given))  # type: ignore[arg-type]


def test_nothing_given_is_no_evidence() -> None:
    assert gather() == Evidence()


def test_counts_stand_for_every_benchmark() -> None:
    evidence = gather(recall="9/10", false_positives="0/10")
    assert evidence.calibration == {"b": RATES, "c": RATES}


def test_rates_of_a_file_are_those_of_its_benchmarks() -> None:
    assert gather(rates={"b": RATES}).calibration == {"b": RATES}


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"predictions": ("b",)}, "NAME=FILE"),
        ({"predictions": ("d=x.csv",)}, "no benchmark 'd'"),
        ({"recall": "9/10"}, "needs both"),
    ],
)
def test_what_is_wrong_is_named(given: dict, complaint: str) -> None:
    with pytest.raises(UserError, match=complaint):
        gather(**given)
