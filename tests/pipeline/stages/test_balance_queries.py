import hashlib
import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest

from pipeline.queries.balance import Draw
from pipeline.recipe.queries import Queries
from pipeline.recipe.recipe import Recipe
from pipeline.recipe.select import Select
from pipeline.shards.accounting import check, stages_of
from pipeline.shards.table import read_rows, write_table
from pipeline.stages.balance_queries import BalanceQueries
from pipeline.stages.run import run_pipeline
from pipeline.stages.step import StepPlan
from pipeline.stages.steps import select_step
from schemas.records import Candidate
from schemas.tables import CANDIDATES, candidate_to_row
from tests.pipeline.stages.runner import run
from tests.samples import make_candidate

COUNTS = {"photo": 300, "boat": 120, "harbour": 30, "schooner": 5}
QUERY_LIST = ["nothing", *COUNTS]


def make_candidates() -> list[Candidate]:
    """Returns 400 candidates whose texts hold each query as often as `COUNTS` says."""
    rng = random.Random(3)
    texts = [[f"number {n}"] for n in range(400)]
    for query, count in COUNTS.items():
        for at in rng.sample(range(len(texts)), count):
            texts[at].append(query)
    return [make_candidate(n, text=" ".join(text)) for n, text in enumerate(texts)]


CANDIDATES_IN = make_candidates()


def queries_of(candidate: Candidate) -> tuple[str, ...]:
    return tuple(query for query in COUNTS if query in candidate.text.split())


@pytest.fixture
def query_list(tmp_path: Path) -> str:
    path = tmp_path / "list.txt"
    path.write_text("\n".join(QUERY_LIST))
    return str(path)


def balance(
    out: Path, section: Queries, candidates: list[Candidate] = CANDIDATES_IN
) -> dict[str, list[Any]]:
    """Returns what is kept, dropped and written, the accounts already checked."""

    def construct(root: beam.Pipeline) -> dict[str, beam.PCollection]:
        drawn = root | beam.Create(candidates) | BalanceQueries(section, str(out))
        counts = drawn.result.counts | beam.CombinePerKey(sum)
        dropped = (drawn.result.dropped, *drawn.result.more_dropped) | beam.Flatten()
        return {
            "kept": drawn.result.kept,
            "dropped": dropped,
            "counts": counts,
            "files": drawn.files,
        }

    outputs = run(construct)
    check(stages_of(dict(outputs["counts"])))
    return outputs


def report_of(out: Path) -> dict[str, Any]:
    return dict(json.loads((out / "queries/report.json").read_text()))


def test_each_pair_is_drawn_as_the_formula_says_and_keeps_all_its_queries(
    tmp_path: Path, query_list: str
) -> None:
    outputs = balance(tmp_path, Queries(list=query_list, max_pairs=40, seed=5))
    heads = {query: count for query, count in COUNTS.items() if count > 40}
    keeps = Draw(max_pairs=40, counts=heads, seed=5)
    expected = {
        c.uid: queries_of(c) for c in CANDIDATES_IN if queries_of(c) and keeps(c.uid, queries_of(c))
    }
    assert {c.uid: c.queries for c in outputs["kept"]} == expected
    outcomes = {row.uid: row.outcome for row in outputs["dropped"]}
    for candidate in CANDIDATES_IN:
        if not queries_of(candidate):
            assert outcomes[candidate.uid] == "no_query"
        elif candidate.uid not in expected:
            assert outcomes[candidate.uid] == "over_query_cap"
    details = {row.detail for row in outputs["dropped"] if row.outcome == "over_query_cap"}
    assert details == {
        "its rarest query, 'boat', has 120 pairs; 40 may be drawn",
        "its rarest query, 'photo', has 300 pairs; 40 may be drawn",
    }


def test_the_report_counts_every_query_before_and_after(tmp_path: Path, query_list: str) -> None:
    outputs = balance(tmp_path, Queries(list=query_list, max_pairs=40))
    rows = {r["query"]: r for r in read_rows(str(tmp_path / "queries/counts.parquet"))}
    assert {query: row["before"] for query, row in rows.items()} == COUNTS
    kept = outputs["kept"]
    assert {query: row["after"] for query, row in rows.items()} == {
        query: sum(query in candidate.queries for candidate in kept) for query in COUNTS
    }
    report = report_of(tmp_path)
    assert report["pairs"]["kept"] == len(kept)
    assert report["queries"] == {"list": 5, "matched": 4, "above_max": 2}
    assert report["head_share"]["before"] == round(420 / 455, 6)
    assert report["list"] == {"sha256": hashlib.sha256(Path(query_list).read_bytes()).hexdigest()}
    assert sorted(entry.path for entry in outputs["files"]) == [
        "queries/counts.parquet",
        "queries/rank.svg",
        "queries/report.html",
        "queries/report.json",
    ]


def test_t_is_the_papers_unless_said_otherwise(tmp_path: Path, query_list: str) -> None:
    outputs = balance(tmp_path, Queries(list=query_list))
    assert report_of(tmp_path)["max_pairs"] == 20_000
    assert {row.outcome for row in outputs["dropped"]} == {"no_query"}


def test_t_follows_from_a_tail_share_or_a_target_size(tmp_path: Path, query_list: str) -> None:
    balance(tmp_path / "tail", Queries(list=query_list, tail_share=0.07))
    assert report_of(tmp_path / "tail")["max_pairs"] == 30  # 35 of 455 matches lie below
    outputs = balance(tmp_path / "target", Queries(list=query_list, target_pairs=150))
    assert len(outputs["kept"]) == pytest.approx(150, abs=4 * 150**0.5)


@pytest.mark.parametrize("limit", [{}, {"tail_share": 0.06}, {"target_pairs": 9}])
def test_nothing_in_gives_nothing_out_and_a_report(
    tmp_path: Path, query_list: str, limit: dict[str, Any]
) -> None:
    outputs = balance(tmp_path, Queries(list=query_list, **limit), [])
    assert outputs["kept"] == outputs["dropped"] == []
    assert report_of(tmp_path)["pairs"] == {"in": 0, "matched": 0, "kept": 0}


def test_the_same_pairs_are_drawn_on_1_2_and_4_workers_from_any_order(
    tmp_path: Path, query_list: str
) -> None:
    recipe = Recipe(
        select=Select(min_chars=0, min_words=0, boilerplate=False),
        queries=Queries(list=query_list, max_pairs=25),
    )
    written = set()
    for workers in (1, 2, 4):
        shuffled = random.Random(workers).sample(CANDIDATES_IN, len(CANDIDATES_IN))
        files = [str(tmp_path / f"{workers}-{part}.parquet") for part in range(3)]
        for part, file in enumerate(files):
            write_table(file, map(candidate_to_row, shuffled[part::3]), CANDIDATES)
        out = tmp_path / f"out-{workers}"
        plan = StepPlan(recipe=recipe, out=str(out))
        run_pipeline(
            lambda root, plan=plan, files=files: select_step(root, plan, files),
            [f"--direct_num_workers={workers}"],
        )
        names = ("candidates/00000.parquet", "ledger/00000.parquet", "queries/report.html")
        written.add(tuple((out / name).read_bytes() for name in names))
    assert len(written) == 1
    rows = list(read_rows(str(tmp_path / "out-1/candidates/00000.parquet")))
    uids = [row["uid"] for row in rows]
    assert 0 < len(uids) == len(set(uids)) < 330
    assert all(row["queries"] for row in rows)


def test_without_a_list_nothing_is_balanced(tmp_path: Path) -> None:
    file = str(tmp_path / "c.parquet")
    candidate = replace(CANDIDATES_IN[0], text="a text of some words without any query")
    write_table(file, [candidate_to_row(candidate)], CANDIDATES)
    plan = StepPlan(recipe=Recipe(), out=str(tmp_path / "out"))
    run_pipeline(lambda root: select_step(root, plan, [file]), ["--direct_num_workers=1"])
    assert not (tmp_path / "out/queries").exists()
    stages = json.loads((tmp_path / "out/_work/stages.json").read_text())
    assert list(stages) == ["select"]
