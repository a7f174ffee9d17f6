import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.shards.table import read_rows
from schemas.uid import make_uid
from tests.archives import write_archive
from tests.cli.conftest import Chain, run
from tests.pipeline.crawl.index.indexes import index_rows, write_parquet
from tests.samples import make_image
from tests.servers import Answer, serve


def test_candidates_ledger_and_summary_are_written(chain: Chain) -> None:
    rows = list(read_rows(str(chain.crawled / "candidates/00000.parquet")))
    assert len(rows) == 10
    assert all(row["uid"] == make_uid(row["url"], row["text"]) for row in rows)
    assert all(row["image_source"] == str(chain.archive) for row in rows)
    (dropped,) = read_rows(str(chain.crawled / "ledger/00000.parquet"))
    assert dropped["outcome"] == "no_alt"
    summary = json.loads((chain.crawled / "summary.json").read_text())
    assert summary["stages"]["crawl"] == {
        "in": 11,
        "kept": 10,
        "rejected": {"no_alt": 1},
        "failed": {},
    }
    assert summary["command"] == "crawl"
    assert summary["versions"]["apache-beam"]
    assert summary["seconds"] > 0


def test_columns_of_a_list_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("where,what\nhttp://e.org/a.jpg,a red boat\n")
    flags = ("--url-column", "where", "--text-column", "what")
    assert run("crawl", tmp_path / "list.csv", *flags, "--out", tmp_path / "out", "--quiet") == 0
    (row,) = read_rows(str(tmp_path / "out/candidates/00000.parquet"))
    assert (row["url"], row["text"], row["text_source"]) == (
        "http://e.org/a.jpg",
        "a red boat",
        "list",
    )


def test_a_list_without_a_url_column_is_the_users_mistake(
    tmp_path: Path, complaint: Callable[..., str]
) -> None:
    (tmp_path / "list.csv").write_text("a,b\n1,2\n")
    said = complaint("crawl", tmp_path / "list.csv", "--out", tmp_path / "out")
    assert "list.csv" in said
    assert "--url-column" in said


def write_index(folder: Path) -> Path:
    """Writes two archives with a page and an image each, and the index of both."""
    rows = []
    for number, language in enumerate(("por", "eng")):
        page = f"<img src=/x.jpg alt='a boat, {language}'>".encode()
        answers = {
            f"http://{language}.org/": ("text/html", page),
            f"http://{language}.org/x.jpg": ("image/jpeg", make_image(number)),
        }
        write_archive(folder / f"{language}.warc.gz", answers)
        rows += index_rows(folder, f"{language}.warc.gz", content_languages=language)
    return write_parquet(folder / "index.parquet", rows)


def test_only_the_records_that_an_index_selects_are_read(tmp_path: Path) -> None:
    index = write_index(tmp_path)
    flags = ("--where", "content_languages = 'por'", "--cc-root", tmp_path)
    out = tmp_path / "out"
    assert run("crawl", f"cc-index:{index}", *flags, "--out", out, "--quiet") == 0
    (row,) = read_rows(str(out / "candidates/00000.parquet"))
    assert (row["text"], row["image_source"]) == ("a boat, por", str(tmp_path / "por.warc.gz"))


def test_a_recipe_says_what_the_flags_say(tmp_path: Path) -> None:
    write_index(tmp_path)
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(
        """
        [crawl]
        inputs = ["cc-index:index.parquet"]
        where = "content_languages LIKE 'p%'"
        cc_root = "."
        """
    )
    assert run("build", recipe, "--out", tmp_path / "dataset", "--quiet") == 0
    stages = json.loads((tmp_path / "dataset/manifest.json").read_text())["stages"]
    assert (stages["crawl"]["kept"], stages["shards"]["kept"]) == (1, 1)


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("language = 'por'", "no column 'language'; known: url, "),
        ("fetch_status = '200'", "literal of int16"),
        ("fetch_status =", "cannot be read as a condition"),
    ],
)
def test_a_wrong_condition_is_one_line_before_any_work(
    tmp_path: Path, complaint: Callable[..., str], where: str, words: str
) -> None:
    index = write_index(tmp_path)
    out = tmp_path / "out"
    assert words in complaint("crawl", f"cc-index:{index}", "--where", where, "--out", out)
    assert not out.exists()


def test_a_condition_without_an_index_is_the_users_mistake(
    tmp_path: Path, complaint: Callable[..., str]
) -> None:
    (tmp_path / "list.csv").write_text("url,text\nhttp://e.org/a.jpg,a boat\n")
    flags = ("--where", "fetch_status = 200", "--out", tmp_path / "out")
    assert "cc-index:" in complaint("crawl", tmp_path / "list.csv", *flags)


def test_extra_columns_can_be_named_and_a_list_may_be_any_text_file(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("url,text,n,m\nhttp://e.org/a.jpg,a boat,1,2\n")
    (tmp_path / "list.txt").write_text("http://e.org/b.jpg\ta ship\n")
    inputs = (tmp_path / "list.csv", f"list:{tmp_path}/list.txt")
    out = tmp_path / "out"
    assert run("crawl", tmp_path / "list.csv", "--extra-column", "n", "--out", out, "--quiet") == 0
    (row,) = read_rows(str(out / "candidates/00000.parquet"))
    assert row["extra"] == '{"n":"1"}'
    assert run("crawl", *inputs, "--out", tmp_path / "both", "--quiet") == 0
    rows = list(read_rows(str(tmp_path / "both/candidates/00000.parquet")))
    assert {row["text"]: row["extra"] for row in rows} == {
        "a boat": '{"n":"1","m":"2"}',
        "a ship": None,
    }


def test_seeds_are_crawled_into_archives_and_again_conditionally(tmp_path: Path) -> None:
    html = {"Content-Type": "text/html", "ETag": '"1"'}
    image = b'<img src="/a.jpg" alt="a red boat">'
    answers = {"/": Answer(image + b'<a href="/b">b</a><a href="/c">c</a>', headers=html)}
    answers["/b"] = Answer(image, headers=html)
    with serve(answers) as site:
        flags = ("--allow-address", site.address, "--max-pages", 2, "--quiet")
        assert run("crawl", site.origin, "--out", tmp_path / "one", *flags) == 0
        again = ("--recrawl-from", tmp_path / "one", *flags)
        assert run("crawl", site.origin, "--out", tmp_path / "two", *again) == 0
    for name in ("one", "two"):
        found = read_rows(str(tmp_path / name / "candidates/00000.parquet"))
        rows = [row for row in found if row["text_source"] == "alt"]
        assert sorted(row["page_url"] for row in rows) == [f"{site.origin}/", f"{site.origin}/b"]
        archive = tmp_path / name / "crawl/000/crawl-000-00000.warc.gz"
        assert {row["source"] for row in rows} == {str(archive)}
        (dropped,) = read_rows(str(tmp_path / name / "ledger/00000.parquet"))
        assert (dropped["outcome"], dropped["detail"]) == (
            "budget",
            "URLs found and not fetched: pages 1",
        )
    summary = json.loads((tmp_path / "two/crawl/000/crawl.json").read_text())
    assert summary["recrawl"] == {"same": 2, "changed": 0, "new": 0, "gone": 0}


def test_a_scope_that_is_none_is_the_users_mistake(
    tmp_path: Path, complaint: Callable[..., str]
) -> None:
    said = complaint("crawl", "http://e.org/", "--out", tmp_path, "--scope", "planet")
    assert "--scope planet" in said


def test_seeds_need_a_local_folder(complaint: Callable[..., str]) -> None:
    said = complaint("crawl", "http://e.org/", "--out", "memory://bucket/out")
    assert "memory://bucket/out" in said
    assert "local folder" in said
