import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.shards.table import read_rows
from tests.cli.conftest import Chain, run
from tests.samples import make_image
from tests.servers import Answer, serve


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


def test_a_pool_tries_again_what_may_pass_and_keeps_its_accounts(tmp_path: Path) -> None:
    pages = {f"/{n}.jpg": Answer(make_image(n, 200, 160)) for n in range(4)}
    pages["/0.jpg"] = Answer(status=503, headers={"Retry-After": "3600"})
    pages["/1.jpg"] = Answer(status=404)
    with serve(pages) as site:
        rows = [f"{site.origin}/{n}.jpg,A photo of the red boat number {n}" for n in range(4)]
        (tmp_path / "list.csv").write_text("\n".join(["url,text", *rows, "not a url,x"]))
        flags = ("--allow-address", site.address, "--quiet")
        assert run("crawl", tmp_path / "list.csv", "--out", tmp_path / "crawled", "--quiet") == 0
        assert run("download", tmp_path / "crawled", "--out", tmp_path / "pool", *flags) == 0
        pages["/0.jpg"] = Answer(make_image(0, 200, 160))
        site.asked.clear()
        assert run("download", "--retry", "http_503,dns", tmp_path / "pool", *flags) == 0
        assert [path for path in site.asked if path.endswith(".jpg")] == ["/0.jpg"]
        # What the pool is made of has not changed: a rerun has nothing to do.
        site.asked.clear()
        assert run("download", tmp_path / "crawled", "--out", tmp_path / "pool", *flags) == 0
        assert not site.asked
    stages = json.loads((tmp_path / "pool/summary.json").read_text())["stages"]
    assert stages["crawl"]["rejected"] == {"url": 1}
    assert (stages["download"]["in"], stages["download"]["kept"]) == (4, 3)
    assert stages["download"]["failed"] == {"http_404": 1}
    ledger = list(read_rows(str(tmp_path / "pool/ledger/00000.parquet")))
    assert sorted(row["outcome"] for row in ledger) == ["http_404", "url"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--retry", "dnss"), "'dnss' is no failure"),
        (("--retry", "robots"), "'robots' is no failure"),
        (("--retry", ","), "names no outcome"),
        (("--retry", "dns", "--out", "x"), "in place"),
        ((), "--out is missing"),
    ],
)
def test_mistakes_around_a_retry_are_named(
    chain: Chain, complaint: Callable[..., str], words: tuple[str, ...], said: str
) -> None:
    assert said in complaint("download", chain.pool, *words)


def test_only_a_pool_of_download_can_be_tried_again(
    chain: Chain, complaint: Callable[..., str]
) -> None:
    assert "no finished pool" in complaint("download", "--retry", "dns", chain.selected)
