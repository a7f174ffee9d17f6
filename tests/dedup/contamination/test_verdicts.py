import json

import pytest

from dedup.contamination.statistics import overlap_interval
from dedup.contamination.verdicts import Verdict, judge_precision, read_verdicts
from schemas.errors import UserError
from schemas.records import Match

ROWS = [
    {"benchmark": "b", "benchmark_key": "1", "pool_key": "p", "verdict": "same"},
    {"benchmark": "b", "benchmark_key": '2,"x"', "pool_key": "q", "verdict": "not"},
]
WANTED = {("b", "1", "p"): Verdict.SAME, ("b", '2,"x"', "q"): Verdict.NOT}


def test_json_and_csv_of_the_page_say_the_same(tmp_path):
    saved, table = tmp_path / "v.json", tmp_path / "v.csv"
    saved.write_text(json.dumps(ROWS))
    quoted = ['"' + value.replace('"', '""') + '"' for row in ROWS for value in row.values()]
    lines = [",".join(quoted[:4]), ",".join(quoted[4:])]
    table.write_text('"benchmark","benchmark_key","pool_key","verdict"\n' + "\n".join(lines))
    assert read_verdicts(str(saved)) == read_verdicts(str(table)) == WANTED


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "not a readable JSON"),
        ("{}", "expected a list"),
        ('[{"benchmark": "b"}]', "lacks 'benchmark_key'"),
        (json.dumps([ROWS[0] | {"verdict": "maybe"}]), "one of same, not, unsure, got 'maybe'"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, content, complaint):
    file = tmp_path / "v.json"
    file.write_text(content)
    with pytest.raises(UserError, match=complaint):
        read_verdicts(str(file))


def _match(key):
    return Match(
        benchmark="b",
        benchmark_key=key,
        uid=None,
        pool_key="p",
        url=None,
        method="phash",
        distance=2,
    )


def test_unsure_pairs_are_left_out_and_counted():
    said = {"1": Verdict.SAME, "2": Verdict.SAME, "3": Verdict.NOT, "4": Verdict.UNSURE}
    verdicts = {("b", key, "p"): verdict for key, verdict in said.items()}
    judged = judge_precision(map(_match, "12345"), verdicts)
    assert (judged["pairs"], judged["judged"], judged["unsure"]) == (5, 4, 1)
    assert judged["precision"] == pytest.approx(2 / 3)
    assert judged["ci95"] == list(overlap_interval(2, 3))
    assert judged["precision_if_unsure_is_not"] == 0.5


def test_nothing_judged_is_no_precision():
    assert judge_precision([_match("1")], {("b", "1", "gone"): Verdict.SAME}) is None
