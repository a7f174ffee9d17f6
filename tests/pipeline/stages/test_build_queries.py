import gzip
import json
from pathlib import Path

import pytest

from pipeline.queries import count
from pipeline.queries.options import ListOptions
from pipeline.queries.query_list import read_facts
from pipeline.shards.table import read_rows
from pipeline.stages.build_queries import FACTS, QueriesPlan, build_queries
from pipeline.stages.run import run_pipeline
from tests.pipeline.queries import naive

DUMPS = (
    "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2",
    "enwiki-table-markup.xml.bz2",
    "bgwiki-latest-pages-articles-shortened.xml.bz2",
)
OPTIONS = ListOptions(min_bigram_count=5, max_bigrams=3000, min_views=20)


def build(out: Path, workers: int = 1, **sources: object) -> Path:
    """Builds a list and returns its file."""
    plan = QueriesPlan(out=str(out), **{"options": OPTIONS, **sources})
    run_pipeline(lambda root: build_queries(root, plan), [f"--direct_num_workers={workers}"])
    return out / "queries.parquet"


def dumps_of(shared_data: Path) -> list[tuple[str, int]]:
    paths = [shared_data / "wikipedia" / name for name in DUMPS]
    return [(str(path), path.stat().st_size) for path in paths]


def write_views(path: Path, views: dict[str, int]) -> str:
    lines = "".join(f"en {title.replace(' ', '_')} {n} 0\n" for title, n in views.items())
    path.write_bytes(gzip.compress(lines.encode()))
    return str(path)


def test_a_list_from_real_dumps_equals_a_naive_count(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(count, "MAX_TERMS", 20_000)  # several runs of each dump
    articles = [a for name in DUMPS for a in naive.read_articles(shared_data / "wikipedia" / name)]
    views = {title: 7 * n for n, (title, _) in enumerate(articles)} | {"Of no article": 900}
    more = {title: 3 for title in views}
    files = [write_views(tmp_path / "a.gz", views), write_views(tmp_path / "b.gz", more)]
    path = build(tmp_path / "out", dumps=dumps_of(shared_data), pageviews=files)
    rows = {row["query"]: row for row in read_rows(str(path))}

    words, pairs = naive.count(articles)
    total = sum(words.values())
    assert {q: r["count"] for q, r in rows.items() if "word" in r["sources"]} == {
        word: n for word, n in words.items() if n >= 100
    }
    scored = sorted(
        (
            (-naive.npmi(n, words[a], words[b], total), f"{a} {b}")
            for (a, b), n in pairs.items()
            if n >= 5
        )
    )
    found = {q: r for q, r in rows.items() if "bigram" in r["sources"]}
    assert len(found) == 3000
    limit = -scored[2999][0]
    assert {q for s, q in scored if -s > limit + 1e-9} <= set(found)
    assert min(row["npmi"] for row in found.values()) == pytest.approx(limit)
    best = scored[0][1].split()
    assert rows[" ".join(best)]["count"] == pairs[best[0], best[1]]
    titles = {q: r["views"] for q, r in rows.items() if "title" in r["sources"]}
    assert titles == {
        title.casefold(): 7 * n + 3 for n, (title, _) in enumerate(articles) if 7 * n + 3 >= 20
    }
    facts = read_facts(str(path))
    assert facts["counts"]["read"]["words"] == total
    assert facts["counts"]["read"]["articles"] == len(articles) == 112
    assert {source["name"] for source in facts["sources"]} == {*DUMPS, "a.gz", "b.gz"}
    assert list(read_rows(str(tmp_path / "out/ledger/00000.parquet"))) == []


def test_workers_and_repetition_do_not_change_a_byte(shared_data: Path, tmp_path: Path) -> None:
    dumps = dumps_of(shared_data)[1:]
    once = build(tmp_path / "a", dumps=dumps).read_bytes()
    assert build(tmp_path / "b", 2, dumps=dumps).read_bytes() == once
    assert build(tmp_path / "a", dumps=dumps).read_bytes() == once


def test_what_cannot_be_read_is_in_the_ledger_and_the_rest_in_the_list(
    shared_data: Path, tmp_path: Path
) -> None:
    real, size = dumps_of(shared_data)[0]
    short = tmp_path / "short.xml.bz2"
    short.write_bytes(Path(real).read_bytes()[: size - 20_000])
    no_dump = tmp_path / "no.bz2"
    no_dump.write_text("no bzip2 file")
    views = tmp_path / "v.gz"
    views.write_bytes(gzip.compress(b"en Albedo 50 0\nen broken\n")[:-2])
    out = tmp_path / "out"
    dumps = [(str(short), size - 20_000), (str(no_dump), 13)]
    path = build(out, dumps=dumps, pageviews=[str(views)], options=ListOptions(min_word_count=50))
    assert any(row["source"] == "word" for row in read_rows(str(path)))
    ledger = [
        (r["url"], r["stage"], r["outcome"]) for r in read_rows(str(out / "ledger/00000.parquet"))
    ]
    assert sorted(ledger) == sorted(
        [
            (str(short), "queries", "dump_truncated"),
            (str(no_dump), "queries", "file_format"),
            (str(views), "queries", "truncated"),
        ]
    )


def test_titles_alone_need_no_dump_and_synsets_come_last(tmp_path: Path) -> None:
    wordnet = tmp_path / "wordnet"
    wordnet.mkdir()
    (wordnet / "data.noun").write_text("00001740 03 n 01 red_boat 0 000 | x\n")
    views = write_views(tmp_path / "v.gz", {"Boat": 30, "Ship": 19})
    path = build(tmp_path / "out", pageviews=[views], wordnet=str(wordnet))
    assert [(r["query"], r["source"]) for r in read_rows(str(path))] == [
        ("boat", "title"),
        ("red boat", "wordnet"),
    ]
    facts = json.loads((tmp_path / "out" / FACTS).read_text())
    assert facts["counts"] == {
        "queries": {"title": 1, "wordnet": 1},
        "read": {"view_lines": 2},
    }
