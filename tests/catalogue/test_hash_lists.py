"""Case 94: pictures that nobody may keep, by a list of hashes that were made up here."""

import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dedup.pdq import pdq
from dedup.phash import phash
from pipeline.shards.table import read_rows
from tests.cli.conftest import run
from tests.servers import Answer, Site, serve

ONE_SHARD = 'encode_format = "jpg"\ndisable_all_reencoding = true\n'


def make_picture(seed: int) -> Image.Image:
    coarse = np.random.default_rng(seed).integers(0, 255, (24, 30, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((300, 240), Image.Resampling.BICUBIC)


def encode(picture: Image.Image, quality: int = 90) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=quality)
    return stream.getvalue()


BODIES = {f"/{n}.jpg": encode(make_picture(n)) for n in range(6)}
# What is listed of each: the bytes of two, and of two more another encoding and another size.
LIST = f"""# made up for this test
{hashlib.sha256(BODIES["/1.jpg"]).hexdigest()}
md5:{hashlib.md5(BODIES["/2.jpg"]).hexdigest()}
phash:{phash(make_picture(3).resize((200, 160))):016x}
pdq:{pdq(np.asarray(make_picture(4).resize((200, 160)))).hash:064x}
"""
LISTED = {
    "/1.jpg": "line 2 of the list",
    "/2.jpg": "line 3 of the list",
    "/3.jpg": "like line 4 of the list",
    "/4.jpg": "like line 5 of the list",
}


@pytest.fixture
def site() -> Iterator[Site]:
    pages = {path: Answer(body, headers={"ETag": f'"{path}"'}) for path, body in BODIES.items()}
    with serve(pages) as running:
        yield running


def download(folder: Path, site: Site, pool: str, *flags: object) -> None:
    rows = [f"{site.origin}{path},A photo of the thing {path}" for path in BODIES]
    (folder / "list.csv").write_text("\n".join(["url,text", *rows]))
    (folder / "r.toml").write_text(f"[download]\n{ONE_SHARD}[web]\nsite_files = false\n")
    if not (folder / "crawled").exists():
        assert run("crawl", folder / "list.csv", "--out", folder / "crawled", "--quiet") == 0
    common = ("--recipe", folder / "r.toml", "--allow-address", site.address, "--quiet")
    assert run("download", folder / "crawled", "--out", folder / pool, *common, *flags) == 0


def traces(folder: Path, path: str) -> list[str]:
    """Returns the files that hold the picture, a part of it, or a hash of it."""
    body = BODIES[path]
    marks = [
        body,
        body[-200:],
        hashlib.sha256(body).hexdigest().encode(),
        f"{phash(Image.open(io.BytesIO(body))):016x}".encode(),
    ]
    files = [file for file in folder.rglob("*") if file.is_file() and file.name != "hashes.txt"]
    return [file.name for file in files if any(mark in file.read_bytes() for mark in marks)]


def told_of_listed(pool: Path) -> set[str]:
    """Returns the columns that say something of the pictures themselves."""
    of_pictures = {"sha256", "phash", "exif", "etag", "image_sha256", "width", "original_width"}
    of_pictures |= {"earlier_sha256", "earlier_phash", "md5", "image_bytes", "last_modified"}
    rows = read_rows(str(pool / "00000.parquet"))
    listed = [row for row in rows if row["url"][-6:] in LISTED]
    assert len(listed) == len(LISTED)
    return {name for row in listed for name in of_pictures if row[name] is not None}


def test_94_a_picture_on_the_hash_list_leaves_an_audit_row_and_nothing_else(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "hashes.txt").write_text(LIST)
    flags = ("--reject-hashes", tmp_path / "hashes.txt")
    download(tmp_path, site, "pool", *flags)
    assert run("dedupe", tmp_path / "pool", "--out", tmp_path / "unique", "--quiet") == 0
    assert run("shards", tmp_path / "unique", "--out", tmp_path / "dataset", "--quiet") == 0
    assert traces(tmp_path, "/0.jpg")  # whoever seeks finds
    assert {path: traces(tmp_path, path) for path in LISTED} == {path: [] for path in LISTED}
    for table in ("pool/ledger/00000.parquet", "dataset/ledger/00000.parquet"):
        audit = {
            row["url"].removeprefix(site.origin): row["detail"]
            for row in read_rows(str(tmp_path / table))
            if row["outcome"] == "hash_list"
        }
        assert audit == LISTED
    assert told_of_listed(tmp_path / "pool") == set()
    stages = json.loads((tmp_path / "pool/summary.json").read_text())["stages"]
    assert stages["download"]["rejected"] == {"hash_list": 4}
    assert stages["download"]["kept"] == 2


def test_94_a_picture_that_an_older_list_let_pass_is_not_copied_into_the_next_round(
    tmp_path: Path, site: Site
) -> None:
    download(tmp_path, site, "one")
    (tmp_path / "hashes.txt").write_text(LIST)
    flags = ("--reject-hashes", tmp_path / "hashes.txt", "--previous", tmp_path / "one")
    download(tmp_path, site, "two", *flags)
    assert traces(tmp_path / "one", "/1.jpg")
    assert {path: traces(tmp_path / "two", path) for path in LISTED} == {p: [] for p in LISTED}
    assert told_of_listed(tmp_path / "two") == set()
    changes = json.loads((tmp_path / "two/summary.json").read_text())["changes"]
    assert changes == {"new": 0, "same": 2, "changed": 0, "gone": 0, "unknown": 0}
