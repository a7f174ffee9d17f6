import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dedup.contamination.sources import read_part, split_source
from schemas.errors import UserError
from tests.dedup.contamination.pictures import picture_bytes, write_files

ONE, TWO = picture_bytes(1), picture_bytes(2)


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    import datasets

    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)


def _read(source):
    return [image for part in split_source("set", source) for image in read_part(part)]


def test_image_folder_gives_the_files_bytes_and_class_names(tmp_path):
    write_files(tmp_path / "set", {"cat/1.png": ONE, "dog/2.png": TWO})
    images = _read(f"hf:{tmp_path}/set")
    assert sorted((image.label, image.body) for image in images) == [("cat", ONE), ("dog", TWO)]
    assert sorted(image.key for image in images) == ["0", "1"]


def _write_split(folder, name, bodies, label=0):
    rows = [{"image": {"bytes": body, "path": None}, "label": label} for body in bodies]
    pq.write_table(pa.Table.from_pylist(rows), folder / name)


def test_test_split_is_the_default_and_shards_keep_keys_apart(tmp_path):
    _write_split(tmp_path, "train-0.parquet", [b"t"])
    _write_split(tmp_path, "test-0.parquet", [ONE])
    _write_split(tmp_path, "test-1.parquet", [TWO], label=-1)
    images = _read(f"hf:{tmp_path}")
    assert [(image.key, image.body) for image in images] == [("0:0", ONE), ("1:0", TWO)]
    assert [image.key for image in _read(f"hf:{tmp_path}:train")] == ["0"]


def test_missing_split_names_those_there_are(tmp_path):
    _write_split(tmp_path, "train-0.parquet", [ONE])
    with pytest.raises(UserError, match=r"no split 'val'.*one of train"):
        split_source("set", f"hf:{tmp_path}:val")


def test_dataset_without_images_is_the_users_mistake(tmp_path):
    pq.write_table(pa.table({"text": ["a"]}), tmp_path / "test.parquet")
    with pytest.raises(UserError, match="no image column; found text"):
        _read(f"hf:{tmp_path}")


@pytest.mark.parametrize("source", ["hf:no-such/name", "hf:{}/missing", "hf:bad name!"])
def test_unreadable_name_is_the_users_mistake(tmp_path, source):
    with pytest.raises(UserError, match="cannot be loaded; check the name"):
        split_source("set", source.format(tmp_path))


def test_empty_name_is_the_users_mistake():
    with pytest.raises(UserError, match="expected hf:NAME"):
        split_source("set", "hf:")
