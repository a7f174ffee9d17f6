import json
from collections.abc import Callable
from pathlib import Path

from pipeline.shards.table import read_rows
from tests.cli.conftest import Chain


def test_small_images_go_and_the_rest_is_kept(chain: Chain) -> None:
    assert len(list(read_rows(str(chain.unique / "kept/00000.parquet")))) == 8
    summary = json.loads((chain.unique / "summary.json").read_text())
    assert summary["pool"] == str(chain.pool)
    assert summary["stages"]["filter"]["rejected"] == {"image_too_small": 1}
    assert list(read_rows(str(chain.unique / "clusters/00000.parquet"))) == []


def test_a_folder_that_is_no_pool_of_ours_is_named(
    chain: Chain, tmp_path: Path, complaint: Callable[..., str]
) -> None:
    said = complaint("dedupe", chain.crawled / "candidates", "--out", tmp_path / "o")
    assert "lacks the column 'status'" in said
