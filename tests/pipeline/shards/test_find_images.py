from pathlib import Path

from pipeline.shards.find_images import find_captions, find_images, table_folder
from tests.datasets import make_dataset, make_pool


def test_images_are_found_in_a_pool_and_in_a_dataset(tmp_path: Path) -> None:
    rows = make_pool(tmp_path / "pool")
    make_dataset(tmp_path)
    wanted = {rows[0].uid, rows[-1].uid, "f" * 32}
    from_pool = dict(find_images(str(tmp_path / "pool"), wanted))
    from_dataset = dict(find_images(str(tmp_path / "dataset"), wanted))
    assert set(from_pool) == {rows[0].uid, rows[-1].uid}
    assert from_pool == from_dataset


def test_a_dataset_keeps_its_tables_in_metadata(tmp_path: Path) -> None:
    make_dataset(tmp_path)
    assert table_folder(str(tmp_path / "dataset")).endswith("/metadata")
    assert table_folder(str(tmp_path / "pool")) == str(tmp_path / "pool")


def test_captions_are_found_in_a_pool_and_in_a_dataset(tmp_path: Path) -> None:
    rows = make_pool(tmp_path / "pool")
    make_dataset(tmp_path)
    captions = {row.uid: row.candidate.text for row in (rows[0], rows[-1])}
    for folder in ("pool", "dataset"):
        assert find_captions(str(tmp_path / folder), {*captions, "f" * 32}) == captions
    assert find_captions(str(tmp_path / "pool"), set()) == {}
