import json
import tarfile
from pathlib import Path

import pytest

from pipeline.shards.pack import encode_json, pack_shard, read_pool_images, shard_name
from pipeline.shards.table import read_rows
from schemas.errors import RunError
from tests.datasets import make_pool
from tests.samples import make_pair


def test_a_shard_and_its_table_hold_the_same_samples_in_the_same_order(tmp_path: Path) -> None:
    rows = make_pool(tmp_path / "pool")
    tar, table = pack_shard(7, rows, pool=str(tmp_path / "pool"), dataset=str(tmp_path))
    assert (tar.path, table.path) == ("shards/00007.tar", "metadata/00007.parquet")
    with tarfile.open(tmp_path / tar.path) as archive:
        names = archive.getnames()
    assert names[::3] == [f"{row.uid}.jpg" for row in rows]
    assert [row["uid"] for row in read_rows(str(tmp_path / table.path))] == names_of(rows)


def names_of(rows: list) -> list[str]:
    return [row.uid for row in rows]


def test_packing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    rows = make_pool(tmp_path / "pool")
    once = pack_shard(0, rows, pool=str(tmp_path / "pool"), dataset=str(tmp_path / "a"))
    again = pack_shard(0, rows, pool=str(tmp_path / "pool"), dataset=str(tmp_path / "b"))
    assert once == again


def test_images_are_the_pools_bytes(tmp_path: Path) -> None:
    rows = make_pool(tmp_path / "pool")
    for row, image in read_pool_images(str(tmp_path / "pool"), rows[::2]):
        assert len(image) == row.image_bytes


def test_an_image_that_the_pool_lost_stops_the_run(tmp_path: Path) -> None:
    rows = make_pool(tmp_path / "pool")
    stranger = make_pair(99, shard=1)
    with pytest.raises(RunError, match=f"lacks the image of {stranger.uid}"):
        list(read_pool_images(str(tmp_path / "pool"), [*rows, stranger]))


def test_the_json_member_is_compact_and_sorted() -> None:
    assert json.loads(encode_json({"b": 1, "a": "ü"})) == {"a": "ü", "b": 1}
    assert encode_json({"b": 1, "a": "ü"}) == '{"a":"ü","b":1}'.encode()


def test_shard_names_have_five_digits() -> None:
    assert shard_name(42) == "00042"
