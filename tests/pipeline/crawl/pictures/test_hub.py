import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.crawl.inputs import CrawlInput, InputKind
from pipeline.crawl.lists.row_items import Item
from pipeline.crawl.options import ReadOptions
from pipeline.crawl.pictures.hub import (
    check_hub_dataset,
    choose_split,
    read_hub_dataset,
    split_hub_dataset,
)
from pipeline.download.archive import read_archived_image
from schemas.errors import UserError
from schemas.records import Candidate
from tests.samples import make_image


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", str(tmp_path / "cache"))


def pictures(folder: Path) -> Path:
    folder.mkdir()
    for part in range(2):
        rows = [
            {
                "image": {"bytes": make_image(2 * part + n), "path": "x.jpg"},
                "text": f"boat {n}",
                "n": n,
            }
            for n in range(2)
        ]
        pq.write_table(pa.Table.from_pylist(rows), folder / f"train-{part}.parquet")
    return folder


def read(address: str, work: Path, **said: str) -> list[Item]:
    options = ReadOptions(product_token="x", work=str(work), **said)
    item = CrawlInput(path=choose_split(address), kind=InputKind.HUB)
    check_hub_dataset(item.path, options)
    parts = list(split_hub_dataset(item))
    return [found for part in parts for found in read_hub_dataset(part, options)]


def test_pictures_of_a_dataset_are_copied_as_they_are(tmp_path: Path) -> None:
    found = read(f"hf:{pictures(tmp_path / 'set')}", tmp_path / "work")
    assert len(found) == 4
    bodies = []
    for item in found:
        assert isinstance(item, Candidate)
        assert item.image is not None
        bodies.append(read_archived_image(item.image).body)
    assert bodies == [make_image(n) for n in range(4)]
    assert [json.loads(str(item.extra)) for item in found if isinstance(item, Candidate)] == [
        {"n": n} for n in (0, 1, 0, 1)
    ]
    assert len(list((tmp_path / "work/pictures").iterdir())) == 2


def test_a_dataset_of_urls_is_a_list(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    lines = [{"url": f"http://e.org/{n}.jpg", "caption": f"boat {n}", "n": n} for n in range(3)]
    (tmp_path / "set/train.jsonl").write_text("\n".join(map(json.dumps, lines)))
    found = read(f"hf:{tmp_path / 'set'}:train", tmp_path / "work")
    assert [item.url for item in found] == [line["url"] for line in lines]
    assert not (tmp_path / "work").exists()


def test_an_imagefolder_is_read_through_datasets_too(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(make_image(1))
    (folder / "metadata.jsonl").write_text('{"file_name": "a.jpg", "text": "a boat"}')
    (found,) = read(f"hf:{folder}", tmp_path / "work")
    assert isinstance(found, Candidate)
    assert found.image is not None
    assert read_archived_image(found.image).body == make_image(1)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("hf:{}:nothing", "no split 'nothing'.*train"),
        ("hf:", "expected hf:NAME"),
        ("hf:{}/gone", "cannot be read"),
    ],
)
def test_mistakes_are_one_line(tmp_path: Path, address: str, words: str) -> None:
    folder = pictures(tmp_path / "set")
    with pytest.raises(UserError, match=words) as error:
        choose_split(address.format(folder))
    assert "\n" not in str(error.value)


def test_a_column_that_is_missing_is_named_before_the_work(tmp_path: Path) -> None:
    folder = pictures(tmp_path / "set")
    with pytest.raises(UserError, match=r"no column 'words'.*--text-column"):
        read(f"hf:{folder}", tmp_path / "work", text_column="words")


def test_a_local_folder_is_relative_to_the_recipe(tmp_path: Path) -> None:
    pictures(tmp_path / "set")
    assert choose_split("hf:set", str(tmp_path)) == f"hf:{tmp_path / 'set'}:train"
