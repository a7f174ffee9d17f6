import json
from collections.abc import Callable
from pathlib import Path

from pipeline.shards.table import read_rows
from tests.cli.conftest import Chain, run


def test_the_pool_has_img2datasets_layout_and_a_ledger(chain: Chain) -> None:
    names = {path.name for path in chain.pool.iterdir()}
    assert {"00000.tar", "00000.parquet", "00000_stats.json", "ledger", "summary.json"} <= names
    rows = list(read_rows(str(chain.pool / "00000.parquet")))
    assert [row["status"] for row in rows] == ["success"] * 9
    stages = json.loads((chain.pool / "summary.json").read_text())["stages"]
    assert list(stages) == ["crawl", "select", "download"]


def test_an_address_that_is_none_is_named(chain: Chain, complaint: Callable[..., str]) -> None:
    flags = ("--allow-address", "nonsense")
    said = complaint("download", chain.selected, *flags, "--out", chain.folder / "never")
    assert "--allow-address" in said
    assert "nonsense" in said


def test_a_url_list_is_no_candidates_table(tmp_path: Path, complaint: Callable[..., str]) -> None:
    (tmp_path / "x.parquet").write_bytes(b"no table")
    said = complaint("download", tmp_path / "x.parquet", "--out", tmp_path / "pool")
    assert "not a readable Parquet table" in said


def test_a_second_run_in_the_same_folder_must_be_the_same(
    chain: Chain, complaint: Callable[..., str], tmp_path: Path
) -> None:
    assert run("download", chain.selected, "--out", chain.pool, "--quiet") == 0
    recipe = tmp_path / "r.toml"
    recipe.write_text("[download]\nimage_size = 64\n")
    said = complaint("download", chain.selected, "--recipe", recipe, "--out", chain.pool)
    assert "download.image_size was 256, now 64" in said
