from pathlib import Path

import pytest

from pipeline.crawl.inputs import plan_inputs
from pipeline.recipe.recipe import Recipe
from pipeline.try_recipe.crawl_sample import open_inputs
from schemas.errors import UserError
from tests.archives import write_archive


def test_archives_and_lists_give_their_candidates(tmp_path: Path) -> None:
    page = '<img src="/1.jpg" alt="A red boat"><img src="/2.jpg" alt="A blue boat">'
    write_archive(tmp_path / "a.warc.gz", {"http://e.org/": ("text/html", page.encode())})
    (tmp_path / "l.csv").write_text("url,text\nhttp://e.org/3.jpg,A green boat\n")
    inputs = plan_inputs([str(tmp_path / "a.warc.gz"), str(tmp_path / "l.csv")])
    with open_inputs(inputs, Recipe()) as candidates:
        assert {c.text for c in candidates} == {"A red boat", "A blue boat", "A green boat"}


def test_what_would_have_to_be_fetched_is_refused(tmp_path: Path) -> None:
    (tmp_path / "seeds.txt").write_text("http://e.org/\n")
    inputs = plan_inputs([str(tmp_path / "seeds.txt")])
    with pytest.raises(UserError, match="a try fetches nothing"), open_inputs(inputs, Recipe()):
        pass
