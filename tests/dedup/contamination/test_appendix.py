from dedup.contamination.accuracy import Answer
from dedup.contamination.appendix import appendix, latex_table
from dedup.contamination.corrected import DetectorRates
from dedup.contamination.evidence import Evidence
from dedup.contamination.report import make_report
from dedup.contamination.verdicts import Verdict
from schemas.records import Match

NAME = "cats_&|%"
MATCH = Match(
    benchmark=NAME,
    benchmark_key="1",
    uid=None,
    pool_key="p",
    url=None,
    method="sha256",
    distance=0,
)
EVIDENCE = Evidence(
    answers={NAME: {"1": Answer(is_correct=True), "2": Answer(is_correct=False)}},
    calibration=dict.fromkeys(
        (NAME, "dogs"), DetectorRates(found=90, planted=100, hits=0, queries=1000)
    ),
    verdicts={(NAME, "1", "p"): Verdict.SAME},
)


def _report(evidence):
    labels = {(NAME, "1"): None, (NAME, "2"): None}
    return make_report([MATCH], {NAME: 2, "dogs": 4}, 1000, 6, evidence=evidence, labels=labels)


def test_columns_come_with_their_figures():
    assert latex_table(_report(None)).count("&") == 4 * 3 + 1  # and the one in the name
    full = latex_table(_report(EVIDENCE))
    assert r"\begin{tabular}{l" + "r" * 12 + "}" in full
    assert "All - Clean" in full


def test_names_are_escaped_for_each_language():
    text = appendix(_report(EVIDENCE))
    assert r"cats\_\&|\%" in latex_table(_report(None))
    assert r"| cats\_&\|% |" in text
    assert "1 of 1 pairs judged by hand" in text


def test_every_row_has_every_cell():
    for table in (latex_table(_report(EVIDENCE)),):
        rows = [line for line in table.splitlines() if line.endswith(r"\\")]
        assert {line.replace(r"\&", "").count("&") for line in rows} == {12}
