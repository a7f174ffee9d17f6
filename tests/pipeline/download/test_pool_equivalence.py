"""A pool by us, beside the one that img2dataset itself writes of the same list.

Documented differences (docs/img2dataset.md): our keys are uids; rows and members stand in uid
order; columns of ours come on top; members' JSON has our names for caption and status.
"""

import io
import json
import math
import os
from pathlib import Path

import cv2
import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from pipeline.shards.tar import read_samples
from tests.pipeline.download.pools import ARCHIVED, FAULTS, GOOD, Pools, read_table

os.environ["HF_HUB_OFFLINE"] = "1"

NAMES = ("ours", "reconciled")
# What is equal, row by row; `exif` has exifread's names there and Pillow's here.
SAME = ("url", "caption", "uid", "width", "height", "original_width", "original_height", "sha256")
MIN_PSNR_DB = 45.0
COUNTS = ("count", "successes", "failed_to_download", "failed_to_resize")
ONLY_IN_THEIR_JSON = {"caption", "key", "status", "error_message", "exif"}


def rows_of(pool: Path) -> dict[str, dict]:
    return {row["uid"]: row for row in read_table(pool).to_pylist()}


def successes(pool: Path) -> dict[str, dict]:
    found = rows_of(pool)
    return {u: r for u, r in found.items() if r["status"] == "success" and r["url"] != ARCHIVED}


def samples(pool: Path) -> dict[str, dict[str, bytes]]:
    """Returns the members of every sample by its row's uid."""
    uids = {row["key"]: uid for uid, row in rows_of(pool).items()}
    found: dict[str, dict[str, bytes]] = {}
    for path in sorted(pool.glob("*.tar")):
        with path.open("rb") as stream:
            found |= {uids[key]: members for key, members in read_samples(stream, path.name)}
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_same_urls_are_successes_with_the_same_sizes_and_hashes(
    pools: Pools, name: str
) -> None:
    ours, theirs = successes(getattr(pools, name)), successes(pools.theirs)
    assert len(theirs) == len(GOOD)
    assert {u: [r[c] for c in SAME] for u, r in ours.items()} == {
        u: [r[c] for c in SAME] for u, r in theirs.items()
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_column_is_there_by_name_and_type(pools: Pools, name: str) -> None:
    ours = {f.name: f.type for f in read_table(getattr(pools, name)).schema}
    theirs = {f.name: f.type for f in read_table(pools.theirs).schema}
    assert theirs.items() <= ours.items()


@pytest.mark.parametrize("name", NAMES)
def test_a_row_of_a_failure_is_as_empty_as_theirs(pools: Pools, name: str) -> None:
    ours, theirs = rows_of(getattr(pools, name)), rows_of(pools.theirs)
    failed = [uid for uid, row in theirs.items() if row["status"] != "success"]
    # Of the faults all but one are handed over: robots.txt forbids it.
    assert len(failed) == len(FAULTS) - 1
    for uid in failed:
        assert ours[uid]["status"].startswith("failed_to_")
        assert ours[uid]["error_message"]
        assert {ours[uid][column] for column in ("width", "sha256", "exif")} == {None}


@pytest.mark.parametrize("name", NAMES)
def test_exif_is_a_json_object_of_every_success(pools: Pools, name: str) -> None:
    for pool in (getattr(pools, name), pools.theirs):
        tags = {row["url"]: json.loads(row["exif"]) for row in successes(pool).values()}
        assert all(isinstance(value, dict) for value in tags.values())
        assert "Maker" in tags[f"{pools.origin}/exif.jpg"].values()
    theirs = successes(pools.theirs).values()
    assert any("GPS" in row["exif"] for row in theirs)
    assert not any("GPS" in row["exif"] for row in successes(getattr(pools, name)).values())


@pytest.mark.parametrize("name", NAMES)
def test_the_statistics_have_their_names_and_add_up(pools: Pools, name: str) -> None:
    for shard, candidates in pools.shards.items():
        ours, theirs = (
            json.loads((pool / f"{shard:05d}_stats.json").read_text())
            for pool in (getattr(pools, name), pools.theirs)
        )
        assert theirs.keys() <= ours.keys()
        assert ours["count"] == len(candidates)
        assert sum(ours[key] for key in COUNTS[1:]) == sum(ours["status_dict"].values())
        assert ours["status_dict"]["ok"] == ours["successes"]
        assert ours["start_time"] <= ours["end_time"]
        archived = sum(candidate.url == ARCHIVED for candidate in candidates)
        assert ours["successes"] == theirs["successes"] + archived


def test_the_reconciled_statistics_begin_with_img2datasets_own_start(pools: Pools) -> None:
    for shard in pools.shards:
        ours, theirs = (
            json.loads((pool / f"{shard:05d}_stats.json").read_text())["start_time"]
            for pool in (pools.reconciled, pools.theirs)
        )
        assert ours == pytest.approx(theirs, abs=1e-3)


@pytest.mark.parametrize("name", NAMES)
def test_the_members_of_a_sample_are_the_same_three(pools: Pools, name: str) -> None:
    ours, theirs = samples(getattr(pools, name)), samples(pools.theirs)
    assert theirs.keys() == successes(pools.theirs).keys()
    for uid, members in theirs.items():
        assert ours[uid].keys() == members.keys() == {"jpg", "txt", "json"}
        assert ours[uid]["txt"] == members["txt"]
        named, known = (json.loads(side["json"]) for side in (members, ours[uid]))
        assert named.keys() - known.keys() == ONLY_IN_THEIR_JSON
        shared = named.keys() & known.keys()
        assert {n: named[n] for n in shared} == {n: known[n] for n in shared}


def test_our_pixels_are_theirs_and_the_reconciled_bytes_are_theirs(pools: Pools) -> None:
    ours, theirs, kept = (samples(p) for p in (pools.ours, pools.theirs, pools.reconciled))
    for uid, members in theirs.items():
        assert kept[uid]["jpg"] == members["jpg"]
        assert psnr_db(ours[uid]["jpg"], members["jpg"]) >= MIN_PSNR_DB


def psnr_db(one: bytes, other: bytes) -> float:
    first, second = (
        cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR).astype(np.float64)
        for data in (one, other)
    )
    error = float(np.mean((first - second) ** 2))
    return 10 * math.log10(255**2 / error) if error else math.inf


@pytest.fixture(params=["ours", "theirs", "reconciled"])
def pool(request: pytest.FixtureRequest, pools: Pools) -> Path:
    path: Path = getattr(pools, request.param)
    return path


def tars(pool: Path) -> list[str]:
    return [str(path) for path in sorted(pool.glob("*.tar"))]


def expected(pool: Path) -> dict[str, tuple[str, tuple[int, int]]]:
    """Returns caption and size of every success, by key."""
    rows = [row for row in rows_of(pool).values() if row["status"] == "success"]
    return {row["key"]: (row["caption"], (row["width"], row["height"])) for row in rows}


def test_webdataset_reads_it(pool: Path) -> None:
    import webdataset

    found = {
        sample["__key__"]: (sample["txt"].decode(), Image.open(io.BytesIO(sample["jpg"])).size)
        for sample in webdataset.WebDataset(tars(pool), shardshuffle=False)
    }
    assert found == expected(pool)


def test_datasets_reads_it_as_tars_and_as_a_table(pool: Path, tmp_path: Path) -> None:
    import datasets

    loaded = datasets.load_dataset(
        "webdataset", data_files=tars(pool), split="train", cache_dir=str(tmp_path)
    )
    found = {sample["__key__"]: (sample["txt"], sample["jpg"].size) for sample in loaded}
    assert found == expected(pool)
    files = [str(path) for path in sorted(pool.glob("*.parquet"))]
    table = datasets.Dataset.from_parquet(files, cache_dir=str(tmp_path / "table"))
    assert len(table) == sum(pq.read_metadata(path).num_rows for path in files)


def test_open_clip_reads_it(pool: Path) -> None:
    open_clip = pytest.importorskip("open_clip", reason="the extra training is not installed")
    from open_clip_train.data import get_wds_dataset
    from open_clip_train.params import parse_args

    captions = [caption for caption, _ in expected(pool).values()]
    flags = {"train-data": tars(pool)[0], "val-data": "::".join(tars(pool)), "batch-size": 4}
    flags |= {"val-num-samples": len(captions), "workers": 1}
    words = [str(word) for name, value in flags.items() for word in (f"--{name}", value)]
    arguments = parse_args(words)
    arguments.distributed, arguments.world_size, arguments.rank = False, 1, 0
    tokenizer = open_clip.get_tokenizer("ViT-B-32")
    resize = open_clip.image_transform(32, is_train=False)
    loader = get_wds_dataset(arguments, resize, is_train=False, tokenizer=tokenizer).dataloader
    texts = [tuple(text.tolist()) for _, batch in loader for text in batch]
    assert sorted(texts) == sorted(tuple(tokens.tolist()) for tokens in tokenizer(captions))
