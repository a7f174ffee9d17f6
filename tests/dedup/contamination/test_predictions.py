import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dedup.contamination.accuracy import Answer
from dedup.contamination.predictions import read_predictions
from schemas.errors import UserError


def test_csv_keys_stay_text_and_labels_are_compared(tmp_path):
    file = tmp_path / "answers.csv"
    file.write_text("benchmark_key,label,prediction\n007,cat,cat\n008,cat,dog\n")
    assert read_predictions(str(file)) == {
        "007": Answer(is_correct=True, label="cat"),
        "008": Answer(is_correct=False, label="cat"),
    }


def test_parquet_with_correct(tmp_path):
    file = str(tmp_path / "answers.parquet")
    pq.write_table(pa.table({"benchmark_key": ["a", "b"], "correct": [True, False]}), file)
    assert [answer.is_correct for answer in read_predictions(file).values()] == [True, False]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("key,correct\na,1\n", "expected the columns benchmark_key"),
        ("benchmark_key,correct\na,yes\n", "correct must be 0 or 1, got 'yes'"),
        ("benchmark_key,correct\na,1\na,0\n", "'a' is there twice"),
        ("", "not a readable CSV"),
        ("benchmark_key,correct\n", "no row in it"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text, complaint):
    file = tmp_path / "answers.csv"
    file.write_text(text)
    with pytest.raises(UserError, match=complaint):
        read_predictions(str(file))


def test_missing_file_is_the_users_mistake(tmp_path):
    with pytest.raises(UserError, match="not a readable"):
        read_predictions(str(tmp_path / "none.parquet"))
