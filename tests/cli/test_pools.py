from pathlib import Path

from cli.pools import has_hashes
from tests.cli.conftest import Chain


def test_pools_and_datasets_have_hashes_and_folders_of_pictures_have_none(
    chain: Chain, tmp_path: Path
) -> None:
    assert has_hashes(str(chain.pool))
    assert has_hashes(str(chain.dataset))
    assert not has_hashes(str(chain.benchmark))
    assert not has_hashes(str(tmp_path / "missing"))
    assert not has_hashes(str(chain.pool / "00000.parquet"))
