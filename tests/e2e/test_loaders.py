"""A built dataset in the loaders that its users have: the same samples in all."""

import io
import json
import os
from pathlib import Path

import pytest
from PIL import Image

from pipeline.shards.table import read_rows
from tests.e2e.runs import manifest_of

os.environ["HF_HUB_OFFLINE"] = "1"


@pytest.fixture(scope="module")
def rows(built: Path) -> dict[str, dict]:
    tables = sorted((built / "metadata").glob("*.parquet"))
    return {row["uid"]: row for table in tables for row in read_rows(str(table))}


@pytest.fixture(scope="module")
def tars(built: Path) -> list[str]:
    return [str(built / shard["path"]) for shard in manifest_of(built)["shards"]]


def test_datasets_loads_the_shards(rows: dict, tars: list[str], tmp_path: Path) -> None:
    import datasets

    loaded = datasets.load_dataset(
        "webdataset", data_files=tars, split="train", cache_dir=str(tmp_path)
    )
    assert {sample["__key__"]: sample["txt"] for sample in loaded} == {
        uid: row["text"] for uid, row in rows.items()
    }
    first = loaded[0]
    assert first["jpg"].size == (first["json"]["width"], first["json"]["height"])


def test_webdataset_loads_the_shards(rows: dict, tars: list[str]) -> None:
    import webdataset

    samples = list(webdataset.WebDataset(tars, shardshuffle=False))
    assert [sample["__key__"] for sample in samples] == list(rows)
    for sample in samples:
        row = rows[sample["__key__"]]
        assert json.loads(sample["json"])["sha256"] == row["sha256"]
        with Image.open(io.BytesIO(sample["jpg"])) as image:
            assert image.size == (row["width"], row["height"])


def test_open_clips_own_loader_reads_every_sample(built: Path, rows: dict, tars: list[str]) -> None:
    import open_clip
    import torch
    from open_clip_train.data import get_dataset_size, get_wds_dataset
    from open_clip_train.params import parse_args

    pattern = f"{built}/shards/{{00000..{len(tars) - 1:05d}}}.tar"
    assert get_dataset_size(pattern) == (len(rows), len(tars))  # by shards/sizes.json
    flags = {"train-data": pattern, "val-data": pattern, "val-num-samples": len(rows)}
    flags |= {"batch-size": 16, "workers": 1}
    arguments = parse_args(
        [str(word) for flag in flags.items() for word in (f"--{flag[0]}", flag[1])]
    )
    arguments.distributed, arguments.world_size, arguments.rank = False, 1, 0
    tokenizer = open_clip.get_tokenizer("ViT-B-32")
    resize = open_clip.image_transform(32, is_train=False)
    loader = get_wds_dataset(arguments, resize, is_train=False, tokenizer=tokenizer).dataloader
    texts = [tuple(text.tolist()) for _, batch in loader for text in batch]
    expected = [tuple(tokens.tolist()) for tokens in tokenizer([r["text"] for r in rows.values()])]
    assert sorted(texts) == sorted(expected)
    assert torch.is_tensor(next(iter(loader))[0])


def test_the_metadata_is_a_table_for_everybody(built: Path, rows: dict) -> None:
    import datasets
    import pyarrow.dataset

    table = pyarrow.dataset.dataset(str(built / "metadata")).to_table()
    assert table.column("uid").to_pylist() == list(rows)
    files = str(built / "metadata/*.parquet")
    assert len(datasets.Dataset.from_parquet(files)) == len(rows)
