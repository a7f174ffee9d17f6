"""What `TarWriter` writes loads with the field's own loaders, and all see the same samples."""

import io
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from tests.training.conftest import make_sample, write_dataset
from training.index import read_index

Seen = dict[str, tuple[str, tuple[int, int]]]


@pytest.fixture(scope="module", params=["jpg", "webp"])
def extension(request):
    """One a dataset, as recipes have it: `datasets` refuses a tar of several."""
    return request.param


@pytest.fixture(scope="module")
def samples(extension):
    return [make_sample(number, extension) for number in range(48)]


@pytest.fixture(scope="module")
def dataset(samples, tmp_path_factory):
    return write_dataset(tmp_path_factory.mktemp("loaders") / "dataset", samples)


@pytest.fixture(scope="module")
def shards(dataset):
    return sorted(str(path) for path in Path(dataset, "shards").glob("*.tar"))


@pytest.fixture(scope="module")
def expected(samples, extension) -> Seen:
    return {
        uid: (members["txt"].decode(), Image.open(io.BytesIO(members[extension])).size)
        for uid, members in samples
    }


def test_our_index_sees_every_sample(dataset, expected):
    ours = {sample.uid: sample.caption for sample in read_index(dataset).samples}
    assert ours == {uid: caption for uid, (caption, _) in expected.items()}


def test_datasets_loads_it(shards, expected, extension, tmp_path):
    import datasets

    loaded = datasets.load_dataset(
        "webdataset", data_files=shards, split="train", cache_dir=str(tmp_path)
    )
    assert {row["__key__"]: (row["txt"], row[extension].size) for row in loaded} == expected
    assert all(row["json"]["uid"] == row["__key__"] for row in loaded)


def test_webdataset_loads_it_with_its_safe_switch(shards, expected):
    code = (
        "import sys, webdataset as wds\n"
        "data = wds.WebDataset(sys.argv[1:], shardshuffle=False).decode('pil')\n"
        "for s in data.rename(image='jpg;png;webp'):\n"
        "    print(s['__key__'], *s['image'].size, s['txt'], s['json']['text'] == s['txt'])\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, *shards],
        env={**os.environ, "WDS_SECURE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.splitlines() == [
        f"{uid} {width} {height} {text} True" for uid, (text, (width, height)) in expected.items()
    ]


def test_open_clips_own_loader_reads_it(dataset, expected):
    from open_clip_train.data import get_dataset_size, get_wds_dataset

    pattern = f"{dataset}/shards/{{00000..00002}}.tar"
    assert get_dataset_size(pattern) == (48, 3)
    args = SimpleNamespace(
        train_data=None,
        val_data=pattern,
        val_num_samples=48,
        batch_size=1,
        workers=0,
        world_size=1,
        seed=0,
    )
    info = get_wds_dataset(
        args,
        preprocess_img=lambda image: image.size,
        is_train=False,
        tokenizer=lambda text: [text],
    )
    seen = sorted(
        (text, tuple(int(side) for side in size))
        for sizes, texts in info.dataloader
        for size, text in zip(sizes, texts, strict=True)
    )
    assert seen == sorted(expected.values())
