import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Chain, run


def test_a_whole_dataset_is_said_to_be_whole(
    chain: Chain, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("verify", chain.dataset) == 0
    assert "whole. 8 samples in 1 shards" in capsys.readouterr().out


@pytest.mark.parametrize(
    "name",
    ["shards/00000.tar", "metadata/00000.parquet", "ledger/00000.parquet", "manifest.json"],
)
@pytest.mark.parametrize("place", [0.01, 0.5, 0.99])
def test_one_flipped_byte_is_exit_1_and_names_the_file(
    chain: Chain, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, place: float
) -> None:
    copy = Path(shutil.copytree(chain.dataset, tmp_path / "copy"))
    data = bytearray((copy / name).read_bytes())
    data[int(len(data) * place)] ^= 0xFF
    (copy / name).write_bytes(data)
    assert run("verify", copy) == 1
    assert capsys.readouterr().err.startswith(name)


def test_a_folder_without_manifest_is_the_users_mistake(
    tmp_path: Path, complaint: Callable[..., str]
) -> None:
    assert "holds no manifest.json" in complaint("verify", tmp_path)
