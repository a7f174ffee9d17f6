from pathlib import Path

import pytest

from cli.settings import locate, make_recipe, parse_benchmarks, set_crawl, set_download
from filters.scoring.options import YUNET
from pipeline.recipe.recipe import Recipe
from schemas.errors import UserError


def test_options_stand_above_the_recipe(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text('[web]\nhost_connections = 2\nallow_address = ["127.0.0.1:1"]\n')
    recipe = make_recipe(path, allow_address=["127.0.0.1:2"], host_connections=9, host_interval=0.5)
    assert recipe.web.host_connections == 9
    assert recipe.web.host_interval_s == 0.5
    assert recipe.web.allow_address == ("127.0.0.1:1", "127.0.0.1:2")


def test_no_option_is_the_defaults() -> None:
    assert make_recipe() == Recipe()


def test_benchmarks_are_parsed_and_urls_stay() -> None:
    found = parse_benchmarks(["a=x/y", "b=hf:cifar10:test", "c=s3://bucket/x"])
    assert found == {"a": str(Path("x/y").absolute()), "b": "hf:cifar10:test", "c": "s3://bucket/x"}


@pytest.mark.parametrize("value", ["a", "=x", "a="])
def test_a_benchmark_needs_a_name_and_a_source(value: str) -> None:
    with pytest.raises(UserError, match="NAME=SOURCE"):
        parse_benchmarks([value])


def test_paths_are_relative_to_the_recipe() -> None:
    assert locate("x.warc", "/data/recipes") == "/data/recipes/x.warc"
    assert locate("/abs/x.warc", "/data/recipes") == "/abs/x.warc"


def test_crawl_options_stand_above_the_recipe_and_none_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text('[crawl]\nmax_pages = 7\nmax_depth = 2\nrecrawl_from = "old"\n')
    crawl = set_crawl(make_recipe(path), max_pages=9, scope="domain", max_depth=None).crawl
    assert (crawl.max_pages, crawl.max_depth, crawl.scope) == (9, 2, "domain")
    assert crawl.recrawl_from == str(tmp_path / "old")
    given = set_crawl(Recipe(), recrawl_from="older").crawl
    assert given.recrawl_from == str(Path("older").absolute())


def test_a_crawl_option_that_the_recipe_would_refuse_is_the_users_mistake() -> None:
    with pytest.raises(UserError, match="--scope planet"):
        set_crawl(Recipe(), scope="planet")


def test_an_address_that_is_none_is_the_users_mistake() -> None:
    with pytest.raises(UserError, match="--allow-address"):
        make_recipe(allow_address=["localhost"])


def test_the_root_of_an_index_is_relative_to_the_recipe(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text('[crawl]\ncc_root = "mirror"\n')
    assert make_recipe(path).crawl.cc_root == str(tmp_path / "mirror")


def test_files_of_the_download_are_relative_to_the_recipe_or_to_here(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text('[download]\nprevious = "pool"\nreject_hashes = "list.txt"\n')
    recipe = make_recipe(path, host_rate=2.0, rate=9.0)
    assert recipe.download.previous == str(tmp_path / "pool")
    assert recipe.download.reject_hashes == str(tmp_path / "list.txt")
    assert (recipe.web.host_rate, recipe.web.rate) == (2.0, 9.0)
    changed = set_download(recipe, previous="here", reject_hashes=None, max_total_urls=5)
    assert changed.download.previous == str(Path("here").absolute())
    assert changed.download.reject_hashes == str(tmp_path / "list.txt")
    assert changed.download.max_total_urls == 5


def test_download_options_that_do_not_go_together_are_named() -> None:
    with pytest.raises(UserError, match=r"^engine img2dataset knows no previous: leave it out$"):
        set_download(Recipe(), engine="img2dataset", previous="pool")
    with pytest.raises(UserError, match="--max-host-urls 0"):
        set_download(Recipe(), max_host_urls=0)


def test_files_of_the_scores_are_relative_to_the_recipe_and_names_stay(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "r.toml").write_text(
        '[score]\nmodel = "run"\nweights = "openai"\nfaces = "f.onnx"\n'
        '[score.heads.nsfw]\npath = "n.pt"\n'
    )
    score = make_recipe(tmp_path / "r.toml").score
    assert score.model == str(tmp_path / "run")
    assert score.weights == "openai"
    assert score.faces == str(tmp_path / "f.onnx")
    assert score.heads["nsfw"].path == str(tmp_path / "n.pt")
    (tmp_path / "r.toml").write_text('[score]\nfaces = "default"\n')
    score = make_recipe(tmp_path / "r.toml").score
    assert (score.faces, score.options.faces) == ("default", YUNET)
