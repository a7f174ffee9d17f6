import json
from pathlib import Path

from pipeline.shards.manifest import read_manifest
from pipeline.shards.table import read_rows
from pipeline.shards.verify import verify_dataset
from tests.cli.conftest import Chain, run


def test_the_chain_gives_the_very_dataset_of_build(chain: Chain, tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.toml"
    recipe.write_text("")
    flags = ("--input", chain.archive, "--benchmark", f"b={chain.benchmark}", "--quiet")
    assert run("build", recipe, *flags, "--out", tmp_path / "built") == 0
    by_steps, at_once = read_manifest(str(chain.dataset)), read_manifest(str(tmp_path / "built"))
    for group in ("stages", "shards", "metadata", "ledger"):
        assert by_steps[group] == at_once[group], group
    assert verify_dataset(str(chain.dataset)) == []


def test_the_ledger_tells_of_every_stage(chain: Chain) -> None:
    rows = list(read_rows(str(chain.dataset / "ledger/00000.parquet")))
    assert {(row["stage"], row["outcome"]) for row in rows} == {
        ("crawl", "no_alt"),
        ("select", "duplicate_url_text"),
        ("filter", "image_too_small"),
    }


def test_overlap_is_in_the_report_and_on_the_samples(chain: Chain) -> None:
    report = json.loads((chain.dataset / "contamination/report.json").read_text())
    assert report["benchmarks"]["b"]["methods"] == {"sha256": 2, "phash": 0, "aligned": 0}
    rows = read_rows(str(chain.dataset / "metadata/00000.parquet"))
    assert sorted(len(row["overlap"]) for row in rows) == [0] * 6 + [1] * 2


def test_a_pool_can_be_packed_as_it_is(chain: Chain, tmp_path: Path) -> None:
    assert run("shards", chain.pool, "--out", tmp_path / "dataset", "--quiet") == 0
    assert read_manifest(str(tmp_path / "dataset"))["shards"][0]["samples"] == 9
