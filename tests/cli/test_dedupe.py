import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from dedup.verify.plant import plant
from pipeline.shards.table import read_rows
from tests.cli.conftest import Chain, run
from tests.dedup.contamination.pictures import encode
from tests.dedup.verify.photos import make_photo


def test_small_images_go_and_the_rest_is_kept(chain: Chain) -> None:
    assert len(list(read_rows(str(chain.unique / "kept/00000.parquet")))) == 8
    summary = json.loads((chain.unique / "summary.json").read_text())
    assert summary["pool"] == str(chain.pool)
    assert summary["stages"]["filter"]["rejected"] == {"image_too_small": 1}
    assert list(read_rows(str(chain.unique / "clusters/00000.parquet"))) == []


def test_a_folder_that_is_no_pool_of_ours_is_named(
    chain: Chain, tmp_path: Path, complaint: Callable[..., str]
) -> None:
    said = complaint("dedupe", chain.crawled / "candidates", "--out", tmp_path / "o")
    assert "lacks the column 'status'" in said


PLANTED = ("mirrored", "turned 90", "crop 25 %", "framed 20 %")


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a photo, smaller planted copies of it, and two other photos."""
    folder = tmp_path_factory.mktemp("planted")
    (folder / "photos").mkdir()
    copies = [Image.fromarray(plant(name, make_photo(1), 1)) for name in PLANTED]
    whole = [Image.fromarray(make_photo(seed)) for seed in (1, 2, 3)]
    photos = [whole[0], *(copy.resize((160, 160)) for copy in copies), *whole[1:]]
    lines = []
    for number, photo in enumerate(photos):
        (folder / f"photos/{number}.png").write_bytes(encode(photo))
        text = f"A photo of the red boat number {number}"
        lines.append(json.dumps({"file_name": f"{number}.png", "text": text}))
    (folder / "photos/metadata.jsonl").write_text("\n".join(lines))
    (folder / "recipe.toml").write_text('[crawl]\ninputs = ["photos"]\n[dedupe]\nverify = true\n')
    return folder


def test_mirrored_turned_cropped_and_framed_copies_go_if_asked(planted: Path) -> None:
    recipe, pool = ("--recipe", planted / "recipe.toml"), planted / "pool"
    assert run("crawl", planted / "photos", "--out", planted / "crawled", "--quiet") == 0
    assert run("download", planted / "crawled", "--out", pool, "--quiet") == 0
    assert run("dedupe", pool, "--out", planted / "hashed", "--quiet") == 0
    assert len(list(read_rows(str(planted / "hashed/kept/00000.parquet")))) == 7
    assert run("dedupe", pool, "--out", planted / "aligned", *recipe, "--quiet") == 0
    kept = {row["caption"][-1] for row in read_rows(str(planted / "aligned/kept/00000.parquet"))}
    assert kept == set("056")
    details = [row["detail"] for row in read_rows(str(planted / "aligned/ledger/00000.parquet"))]
    assert len(details) == len(PLANTED)
    assert all("aligned with score" in detail for detail in details)


def test_build_looks_for_them_too(planted: Path) -> None:
    out = planted / "dataset"
    assert run("build", planted / "recipe.toml", "--out", out, "--quiet") == 0
    stages = json.loads((out / "manifest.json").read_text())["stages"]
    assert stages["dedupe"]["rejected"] == {"near_duplicate": len(PLANTED)}


def test_tables_without_pictures_cannot_be_looked_at(
    planted: Path, chain: Chain, tmp_path: Path, complaint: Callable[..., str]
) -> None:
    shutil.copytree(chain.pool, tmp_path / "pool", ignore=shutil.ignore_patterns("*.tar"))
    recipe = planted / "recipe.toml"
    said = complaint("dedupe", tmp_path / "pool", "--out", tmp_path / "o", "--recipe", recipe)
    assert "verify = true" in said
