"""Pictures that need no network: from the inputs to a dataset, with no request at all."""

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.shards.table import read_rows
from tests.cli.conftest import run
from tests.samples import make_image

COUNT = 6


def texts(number: int) -> str:
    return f"A photo of the red boat number {number}"


def write_table(folder: Path) -> Path:
    rows = [
        {
            "image": {"bytes": make_image(n, 200, 160), "path": f"{n}.jpg"},
            "text": texts(n),
            "year": 1900 + n,
        }
        for n in range(COUNT)
    ]
    pq.write_table(pa.Table.from_pylist(rows), folder / "pictures.parquet", row_group_size=2)
    return folder / "pictures.parquet"


def write_sidecars(folder: Path) -> Path:
    (folder / "boats").mkdir()
    for n in range(COUNT):
        (folder / f"boats/{n}.jpg").write_bytes(make_image(n, 200, 160))
        (folder / f"boats/{n}.txt").write_text(texts(n))
    return folder / "boats"


def write_imagefolder(folder: Path) -> Path:
    write_sidecars(folder)
    for caption in (folder / "boats").glob("*.txt"):
        caption.unlink()
    lines = [{"file_name": f"{n}.jpg", "text": texts(n), "year": 1900 + n} for n in range(COUNT)]
    (folder / "boats/metadata.jsonl").write_text("\n".join(map(json.dumps, lines)))
    return folder / "boats"


def write_dataset(folder: Path) -> str:
    (folder / "set").mkdir()
    write_table(folder / "set")
    return f"hf:{folder / 'set'}"


def write_tar(folder: Path) -> Path:
    with tarfile.open(folder / "boats.tar", "w") as tar:
        for n in range(COUNT):
            facts = json.dumps({"caption": texts(n), "year": 1900 + n}).encode()
            for name, data in ((f"{n}.jpg", make_image(n, 200, 160)), (f"{n}.json", facts)):
                header = tarfile.TarInfo(name)
                header.size = len(data)
                tar.addfile(header, io.BytesIO(data))
    return folder / "boats.tar"


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a request was made")

    monkeypatch.setattr("pipeline.web.client.WebClient.fetch", refuse)


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize(
    "write", [write_table, write_sidecars, write_imagefolder, write_dataset, write_tar]
)
def test_every_step_makes_a_dataset_of_pictures_at_hand(
    write: Callable[[Path], Path | str], tmp_path: Path
) -> None:
    def at(name: str) -> Path:
        return tmp_path / name

    source = write(tmp_path)
    assert run("crawl", source, "--out", at("crawled"), "--quiet") == 0
    assert run("select", at("crawled"), "--out", at("selected"), "--quiet") == 0
    assert run("download", at("selected"), "--out", at("pool"), "--quiet") == 0
    assert run("dedupe", at("pool"), "--out", at("unique"), "--quiet") == 0
    assert run("shards", at("unique"), "--out", at("dataset"), "--quiet") == 0
    assert run("verify", at("dataset"), "--quiet") == 0
    rows = list(read_rows(str(at("dataset") / "metadata/00000.parquet")))
    assert sorted(row["text"] for row in rows) == [texts(n) for n in range(COUNT)]
    assert all(row["url"].startswith("ni:///sha-256;") for row in rows)
    if write is not write_sidecars:
        years = {row["text"]: json.loads(row["extra"])["year"] for row in rows}
        assert years == {texts(n): 1900 + n for n in range(COUNT)}


@pytest.mark.usefixtures("no_network")
def test_a_build_takes_tables_and_folders_together_and_knows_equal_pairs(tmp_path: Path) -> None:
    write_table(tmp_path)
    write_sidecars(tmp_path)
    recipe = tmp_path / "recipe.toml"
    recipe.write_text('[crawl]\ninputs = ["pictures.parquet", "boats"]\nextra_columns = ["year"]\n')
    # The folder's captions are no table and have no columns.
    assert run("build", recipe, "--out", tmp_path / "dataset", "--quiet") == 0
    assert run("verify", tmp_path / "dataset", "--quiet") == 0
    stages = json.loads((tmp_path / "dataset/manifest.json").read_text())["stages"]
    assert stages["crawl"]["kept"] == 2 * COUNT
    assert stages["select"]["rejected"] == {"duplicate_url_text": COUNT}
    assert stages["shards"]["kept"] == COUNT


def test_a_folder_of_pictures_without_captions_says_what_is_missing(
    tmp_path: Path, complaint: Callable[..., str]
) -> None:
    (tmp_path / "a.jpg").write_bytes(make_image(1))
    assert "metadata.csv" in complaint("crawl", tmp_path, "--out", tmp_path / "out")
