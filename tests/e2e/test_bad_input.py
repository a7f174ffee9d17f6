"""What a user does wrong: one line that names it, exit 2, and never a traceback."""

from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.archives import write_archive
from tests.e2e.runs import fails_with_one_line, run

PAGE = b'<html><img src="/a.jpg" alt="a red boat on a lake">'


def archive(folder: Path) -> Path:
    path = folder / "good.warc.gz"
    write_archive(path, {f"http://e.org/{n}": ("text/html", PAGE * (n + 1)) for n in range(3)})
    return path


def empty_warc(folder: Path) -> Path:
    path = folder / "empty.warc"
    path.touch()
    return path


def html_named_warc(folder: Path) -> Path:
    path = folder / "page.warc"
    path.write_bytes(PAGE)
    return path


def list_without_url(folder: Path) -> Path:
    path = folder / "list.csv"
    path.write_text("a,b\n1,2\n")
    return path


def folder_of_nothing(folder: Path) -> Path:
    path = folder / "nothing"
    path.mkdir()
    return path


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda folder: folder / "missing.warc", ["missing.warc", "no such file"]),
        (empty_warc, ["empty.warc", "empty"]),
        (html_named_warc, ["page.warc", "not a WARC"]),
        (list_without_url, ["list.csv", "no column", "a, b", "--url-column"]),
        (folder_of_nothing, ["nothing", "no input"]),
    ],
)
def test_an_input_that_cannot_be_read_is_named(
    tmp_path: Path, make: Callable[[Path], Path], words: list[str]
) -> None:
    fails_with_one_line(run("crawl", make(tmp_path), "--out", tmp_path / "out"), *words)


@pytest.mark.parametrize("make", [empty_warc, html_named_warc])
def test_a_broken_input_among_good_ones_is_a_ledger_row(
    tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    broken = make(tmp_path)
    finished = run("crawl", broken, archive(tmp_path), "--out", tmp_path / "out")
    assert finished.returncode == 0, finished.stderr
    ledger = pq.read_table(tmp_path / "out/ledger").to_pylist()
    assert [Path(row["url"]).name for row in ledger] == [broken.name]


def test_a_cut_archive_gives_what_is_whole_and_says_where_it_ends(tmp_path: Path) -> None:
    path = archive(tmp_path)
    path.write_bytes(path.read_bytes()[:-20])
    finished = run("crawl", path, "--out", tmp_path / "out")
    assert finished.returncode == 0, finished.stderr
    (row,) = pq.read_table(tmp_path / "out/ledger").to_pylist()
    assert row["outcome"] == "warc_truncated"
    assert pq.read_table(tmp_path / "out/candidates").num_rows == 3


def test_a_folder_is_no_recipe(tmp_path: Path) -> None:
    finished = run("build", tmp_path, "--out", tmp_path / "out")
    fails_with_one_line(finished, "a folder, where a recipe file is due")


def test_an_unknown_key_is_named_with_its_line(tmp_path: Path) -> None:
    recipe = tmp_path / "r.toml"
    recipe.write_text('name = "x"\n[crawl]\ninputz = ["a.warc"]\n')
    fails_with_one_line(run("build", recipe, "--out", tmp_path / "o"), "r.toml:3", "crawl.inputz")


def test_a_benchmark_without_images_is_named_before_any_work(tmp_path: Path) -> None:
    recipe = tmp_path / "r.toml"
    recipe.write_text(f'[crawl]\ninputs = ["{archive(tmp_path)}"]\n')
    source = folder_of_nothing(tmp_path)
    finished = run("build", recipe, "--out", tmp_path / "out", "--benchmark", f"b={source}")
    fails_with_one_line(finished, str(source), "no images")
    assert not (tmp_path / "out").exists()


def test_a_folder_of_another_recipe_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path)
    assert run("crawl", path, "--out", tmp_path / "out").returncode == 0
    other = tmp_path / "other.toml"
    other.write_text('[web]\nproduct_token = "somebody"\n')
    finished = run("crawl", path, "--recipe", other, "--out", tmp_path / "out")
    fails_with_one_line(finished, "another recipe or input", "product_token")
