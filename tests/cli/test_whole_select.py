"""Cleaning, personal data, languages and queries in one build; recipes as shipped build too."""

from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from pipeline.shards.table import read_rows
from tests.archives import write_archive
from tests.cli.conftest import run
from tests.samples import make_image

ALTS = (
    "A photo of the red boat in the old harbour",
    "Ships &amp;amp; lighthouses along the northern coast",
    "The harbour master at his desk, write to jane@example.org for a visit",
    "Letters of Jane &amp;lt;jane@example.org&amp;gt; on a wooden table",
    "Two dogs run over the beach at low tide",
    "holiday photo 3.jpg",
    "Ein Foto eines roten Bootes im alten Hafen",
)
RECIPE = """
[select]
languages = ["en"]
[select.privacy]
email = "replace"
[select.safety]
flagged_words = "default"
adult_urls = true
[queries]
list = "queries.txt"
max_pairs = 100
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    tags = "".join(f'<img src="/{n}.jpg" alt="{alt}">' for n, alt in enumerate(ALTS))
    answers = {
        f"http://e.org/{n}.jpg": ("image/jpeg", make_image(n, 640, 480)) for n in range(len(ALTS))
    }
    answers["http://e.org/"] = ("text/html", f"<html lang='en'>{tags}</html>".encode())
    write_archive(folder / "pages.warc.gz", answers)
    (folder / "queries.txt").write_text("boat\nlighthouses\nharbour\ntable\n")
    (folder / "recipe.toml").write_text(RECIPE)
    return folder


def build(recipe: Path, dataset: Path, *flags: object) -> tuple[list[dict], dict[str, int]]:
    """Returns the rows of a dataset that `verify` passes, and what the stages dropped."""
    assert run("build", recipe, *flags, "--out", dataset, "--quiet") == 0
    assert run("verify", dataset) == 0
    tables = {name: sorted((dataset / name).glob("*.parquet")) for name in ("metadata", "ledger")}
    rows, dropped = (
        [row for path in tables[name] for row in read_rows(str(path))] for name in tables
    )
    return rows, dict(Counter(row["outcome"] for row in dropped))


def test_parts_of_select_work_together(folder: Path, tmp_path: Path) -> None:
    flags = ("--input", folder / "pages.warc.gz")
    rows, dropped = build(folder / "recipe.toml", tmp_path / "d", *flags)
    assert dropped == {"not_a_caption": 1, "language": 1, "no_query": 1}
    said = {row["text"]: (row["raw_text"], row["text_changes"], row["queries"]) for row in rows}
    boat = said.pop(ALTS[0])
    assert boat == (None, [], ["boat", "harbour"])
    assert said == {
        "Ships & lighthouses along the northern coast": (
            "Ships &amp; lighthouses along the northern coast",
            [],
            ["lighthouses"],
        ),
        "The harbour master at his desk, write to <email> for a visit": (
            None,
            ["email"],
            ["harbour"],
        ),
        "Letters of Jane <<email>> on a wooden table": (None, ["email"], ["table"]),
    }
    assert not [path for path in _texts(tmp_path / "d") if b"jane@example" in path]


def _texts(dataset: Path) -> list[bytes]:
    return [path.read_bytes() for path in (dataset / "shards").glob("*.tar")]


def test_a_published_recipe_with_queries_builds(folder: Path, tmp_path: Path) -> None:
    flags = ("--input", folder / "pages.warc.gz", "--queries", folder / "queries.txt")
    rows, dropped = build(shipped("wit"), tmp_path / "d", *flags)
    assert len(rows) == 4
    assert dropped == {"no_query": 3}


def test_a_published_recipe_with_caps_and_words_builds(folder: Path, tmp_path: Path) -> None:
    rows, dropped = build(shipped("coyo"), tmp_path / "d", "--input", folder / "pages.warc.gz")
    assert len(rows) == 6
    assert dropped == {"language": 1}


def shipped(name: str) -> Path:
    return Path(str(files("recipes").joinpath(f"{name}.toml")))
