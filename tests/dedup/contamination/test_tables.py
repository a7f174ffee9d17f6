import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dedup.contamination.sources import hash_part, read_part, split_source
from dedup.contamination.tables import index_schema
from schemas.errors import UserError
from schemas.records import BenchmarkImage
from schemas.tables import benchmark_to_row
from tests.dedup.contamination.pictures import fingerprint

IMAGE = BenchmarkImage(benchmark="b", key="k", sha256="00", phash=2**64 - 1, label="cat")


def _write(path, rows, **options):
    pq.write_table(pa.Table.from_pylist(rows), path, **options)
    return str(path)


def _read(source):
    return [image for part in split_source("set", source) for image in read_part(part)]


def test_struct_column_with_key_and_label(tmp_path):
    rows = [
        {"image": {"bytes": b"one", "path": "x.png"}, "label": 3, "key": "k-1"},
        {"image": {"bytes": None, "path": "y.png"}, "label": None, "key": None},
    ]
    source = _write(tmp_path / "a.parquet", rows)
    assert [(i.key, i.label, i.body) for i in _read(source)] == [
        ("k-1", "3", b"one"),
        ("1", None, b""),
    ]


def test_row_groups_are_parts_and_rows_are_numbered_through(tmp_path):
    rows = [{"png": bytes([number])} for number in range(5)]
    source = _write(tmp_path / "a.parquet", rows, row_group_size=2)
    assert [part.group for part in split_source("set", source)] == [0, 1, 2]
    assert [(image.key, image.body[0]) for image in _read(source)] == [
        (str(number), number) for number in range(5)
    ]


def test_equal_row_numbers_of_several_files_stay_apart(tmp_path):
    for name in ("a", "b"):
        _write(tmp_path / f"{name}.parquet", [{"jpg": b"x"}])
    assert [image.key for image in _read(str(tmp_path))] == ["a.parquet:0", "b.parquet:0"]


@pytest.mark.parametrize("row", [{"image": "path/only.png"}, {"other": b"x"}, {"image": 3}])
def test_table_without_image_bytes_is_the_users_mistake(tmp_path, row):
    source = _write(tmp_path / "a.parquet", [row])
    with pytest.raises(UserError, match="no image column; expected one of image, jpg"):
        split_source("set", source)


def _write_index(path, schema):
    pq.write_table(pa.Table.from_pylist([benchmark_to_row(IMAGE)], schema=schema), path)
    return str(path)


def test_saved_index_gives_back_its_hashes_under_the_users_name(tmp_path):
    (part,) = split_source("mine", _write_index(tmp_path / "i.parquet", index_schema()))
    (image,) = hash_part(part, fingerprint)
    assert image == BenchmarkImage(
        benchmark="mine", key="k", sha256="00", phash=2**64 - 1, label="cat"
    )
    with pytest.raises(UserError, match="holds no pixels"):
        read_part(part)


@pytest.mark.parametrize("entry", [b"webimagetext.phash", b"webimagetext.version"])
def test_index_of_another_hash_or_version_is_refused(tmp_path, entry):
    schema = index_schema().with_metadata({**index_schema().metadata, entry: b"other"})
    (part,) = split_source("mine", _write_index(tmp_path / "i.parquet", schema))
    with pytest.raises(UserError, match="run benchmark-index again"):
        list(hash_part(part, fingerprint))


def test_index_that_lacks_a_column_is_refused(tmp_path):
    schema = pa.schema([index_schema().field("key")], metadata=index_schema().metadata)
    (part,) = split_source("mine", _write_index(tmp_path / "i.parquet", schema))
    with pytest.raises(UserError, match="lacks the column 'benchmark'"):
        list(hash_part(part, fingerprint))
