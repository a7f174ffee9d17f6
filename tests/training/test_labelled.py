import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas.errors import UserError
from tests.training.conftest import draw, encode
from training.labelled import open_labelled

IMAGE = encode(draw(0)[0])


@pytest.fixture
def folder(tmp_path):
    for name, count in (("hot_dog", 2), ("cat", 1)):
        (tmp_path / "set" / name).mkdir(parents=True)
        for number in range(count):
            (tmp_path / "set" / name / f"{number}.JPG").write_bytes(IMAGE)
    (tmp_path / "set" / "cat" / "notes.md").touch()
    return tmp_path / "set"


def write_parquet(path, labels, *, label="label", metadata=None, **columns):
    images = [{"bytes": IMAGE, "path": f"{number}.jpg"} for number in range(len(labels))]
    table = pa.table({"image": images, label: labels, **columns})
    pq.write_table(table.replace_schema_metadata(metadata), path)
    return str(path)


def test_class_folders_name_their_classes(folder):
    opened = open_labelled(str(folder))
    assert opened.class_names == ("cat", "hot dog")
    assert [image.label for image in opened] == [0, 1, 1]
    assert all(image.data == IMAGE for image in opened)


def test_a_classes_file_names_the_sorted_folders(folder, tmp_path):
    (tmp_path / "names.txt").write_text("feline\nsausage\n")
    opened = open_labelled(str(folder), str(tmp_path / "names.txt"))
    assert opened.class_names == ("feline", "sausage")


def test_a_classes_file_of_another_length_is_refused(folder, tmp_path):
    (tmp_path / "names.txt").write_text("feline\n")
    with pytest.raises(UserError, match="1 names, the data has 2 classes"):
        open_labelled(str(folder), str(tmp_path / "names.txt"))


def test_a_missing_classes_file_is_named(folder):
    with pytest.raises(UserError, match="--classes nowhere"):
        open_labelled(str(folder), "nowhere")


@pytest.mark.parametrize("column", ["label", "text"])
def test_text_labels_are_their_own_names(tmp_path, column):
    path = write_parquet(tmp_path / "a.parquet", ["dog", "cat", "dog"], label=column)
    opened = open_labelled(path)
    assert opened.class_names == ("cat", "dog")
    assert [(image.label, image.data) for image in opened] == [(1, IMAGE), (0, IMAGE), (1, IMAGE)]


def test_number_labels_take_the_hubs_names(tmp_path):
    feature = {"names": ["air_plane", "ship"], "_type": "ClassLabel"}
    hub = {"huggingface": json.dumps({"info": {"features": {"label": feature}}})}
    path = write_parquet(tmp_path / "a.parquet", [1, 0], metadata=hub)
    assert open_labelled(path).class_names == ("air plane", "ship")


def test_number_labels_take_a_text_column(tmp_path):
    path = write_parquet(tmp_path / "a.parquet", [1, 0, 1], text=["ship", "plane", "ship"])
    assert open_labelled(path).class_names == ("plane", "ship")


def test_number_labels_with_many_texts_each_need_a_classes_file(tmp_path):
    path = write_parquet(tmp_path / "a.parquet", [0, 0, 1], text=["a", "b", "c"])
    with pytest.raises(UserError, match="--classes"):
        open_labelled(path)


def test_number_labels_without_names_need_a_classes_file(tmp_path):
    path = write_parquet(tmp_path / "a.parquet", [0, 1])
    with pytest.raises(UserError, match="--classes"):
        open_labelled(path)
    (tmp_path / "names.txt").write_text("plane\nship\ncar\n")
    assert open_labelled(path, str(tmp_path / "names.txt")).class_names == ("plane", "ship", "car")


def test_a_label_out_of_range_is_refused(tmp_path):
    path = write_parquet(tmp_path / "a.parquet", [0, -1])
    (tmp_path / "names.txt").write_text("plane\nship\n")
    with pytest.raises(UserError, match="not from 0 to 1"):
        open_labelled(path, str(tmp_path / "names.txt"))


def test_a_row_without_a_label_is_refused(tmp_path):
    path = write_parquet(tmp_path / "a.parquet", ["a", None])
    with pytest.raises(UserError, match="without a label"):
        open_labelled(path)


def test_a_folder_of_parquet_files_is_one_set(tmp_path):
    write_parquet(tmp_path / "a.parquet", ["dog"])
    write_parquet(tmp_path / "b.parquet", ["cat"])
    assert [image.label for image in open_labelled(str(tmp_path))] == [1, 0]


def test_plain_bytes_are_images_too(tmp_path):
    pq.write_table(pa.table({"image": [IMAGE, None], "label": ["a", "b"]}), tmp_path / "a.parquet")
    assert [image.data for image in open_labelled(str(tmp_path / "a.parquet"))] == [IMAGE, b""]


def test_what_is_no_labelled_set_is_named(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.parquet").write_bytes(b"no parquet")
    pq.write_table(pa.table({"x": [1]}), tmp_path / "x.parquet")
    for source, what in (
        ("nowhere", "no local folder"),
        ("nowhere.parquet", "no such file"),
        ("empty", "neither class folders nor"),
        ("bad.parquet", "not a readable Parquet"),
        ("x.parquet", "needs the columns"),
    ):
        with pytest.raises(UserError, match=what):
            open_labelled(str(tmp_path / source))


def test_one_class_is_too_few_and_no_image_too(tmp_path):
    (tmp_path / "set" / "a").mkdir(parents=True)
    with pytest.raises(UserError, match="1 class"):
        open_labelled(str(tmp_path / "set"))
    (tmp_path / "set" / "b").mkdir()
    with pytest.raises(UserError, match="holds no image"):
        open_labelled(str(tmp_path / "set"))
