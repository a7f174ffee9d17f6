import urllib.request
from pathlib import Path

import pytest

from demo.run import MARK, make_demo, remove_old_demo
from schemas.errors import UserError


def test_the_recipe_points_at_the_served_site_and_its_benchmarks(tmp_path: Path) -> None:
    with make_demo(tmp_path / "demo") as site:
        assert site.recipe.crawl.inputs == (site.seed,)
        assert site.recipe.web.allow_address == site.server.allow_address
        assert all(Path(path).is_dir() for path in site.recipe.contamination.benchmarks.values())
        with urllib.request.urlopen(site.seed, timeout=5) as answer:
            assert answer.status == 200


def test_only_an_earlier_demo_is_removed(tmp_path: Path) -> None:
    remove_old_demo(tmp_path / "none")
    (tmp_path / "demo").mkdir()
    remove_old_demo(tmp_path / "demo")  # empty
    (tmp_path / "demo/file").touch()
    with pytest.raises(UserError, match="choose another"):
        remove_old_demo(tmp_path / "demo")
    (tmp_path / "demo" / MARK).touch()
    remove_old_demo(tmp_path / "demo")
    assert not (tmp_path / "demo").exists()
