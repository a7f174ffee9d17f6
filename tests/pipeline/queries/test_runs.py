from collections import Counter
from pathlib import Path

import pytest

from pipeline.queries import runs
from pipeline.queries.runs import (
    NUM_BUCKETS,
    bucket_of,
    merge_bucket,
    remove_runs,
    run_path,
    write_run,
)


def merge(paths: list[str], min_count: int = 1) -> dict[str, int]:
    merged: dict[str, int] = {}
    for bucket in range(NUM_BUCKETS):
        found = merge_bucket(paths, bucket, min_count)
        assert all(bucket_of(term) == bucket for term in found)
        merged |= found
    return merged


@pytest.mark.parametrize("unsummed", [4_000_000, 3])
def test_runs_add_up_to_the_exact_counts_however_often_they_are_summed(
    tmp_path: Path, unsummed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "_MAX_ROWS_UNSUMMED", unsummed)
    counted = [Counter(f"term {n % (7 * k)}" for n in range(300)) for k in (1, 2, 5)]
    paths = [run_path(str(tmp_path), "words", k, 0, 0) for k in range(3)]
    for path, counts in zip(paths, counted, strict=True):
        write_run(path, counts)
    whole = sum(counted, Counter())
    assert merge(paths) == whole
    assert merge(paths, 20) == {t: n for t, n in whole.items() if n >= 20}


def test_the_same_counts_give_the_same_bytes(tmp_path: Path) -> None:
    for name, terms in (("a", "xyz"), ("b", "zyx")):
        write_run(str(tmp_path / name), Counter(terms))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_no_run_gives_no_term_and_removed_runs_are_gone(tmp_path: Path) -> None:
    assert merge([]) == {}
    write_run(str(tmp_path / "runs/words/0.parquet"), {})
    remove_runs(str(tmp_path / "runs"))
    remove_runs(str(tmp_path / "runs"))
    assert not (tmp_path / "runs").exists()
