import ast
import importlib.util
import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline.download import img2dataset_engine
from pipeline.download.img2dataset_engine import (
    call_limit_s,
    download_by_img2dataset,
    make_arguments,
    require_img2dataset,
    run_img2dataset,
)
from pipeline.download.options import DownloadOptions
from pipeline.download.pool import read_pool_shard
from pipeline.web.options import WebOptions
from schemas.errors import RunError, UserError
from schemas.records import Candidate
from tests.pipeline.download.engine_files import make_files
from tests.pipeline.download.pools import ARCHIVED, ELSEWHERE, FAULTS, GOOD, OPTIONS, Pools
from tests.samples import make_candidate

WEB = WebOptions(user_agent="test", product_token="webimagetext", robots=False, site_files=False)


def by_uid(count: int, first: int = 0) -> list[Candidate]:
    made = [make_candidate(number) for number in range(first, first + count)]
    return sorted(made, key=lambda candidate: candidate.uid)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """A faultless img2dataset that fetches nothing; returns the arguments of its calls."""
    calls: list[dict[str, Any]] = []

    def run(work: str, arguments: dict[str, Any], *_: object) -> None:
        calls.append(arguments)
        for number, path in enumerate(sorted(Path(arguments["url_list"]).iterdir())):
            rows = pq.read_table(path).to_pylist()
            asked = [make_candidate(0, url=row["url"], text=row["caption"]) for row in rows]
            make_files(asked).write(Path(arguments["output_folder"]), number)

    monkeypatch.setattr(img2dataset_engine, "run_img2dataset", run)
    return calls


def download(
    shards: dict[int, list[Candidate]], pool: Path, **changes: Any
) -> dict[str, tuple[int, str]]:
    options = replace(OPTIONS, image_size=256, **changes)
    rows = download_by_img2dataset(shards, folder=str(pool), options=options, web=WEB)
    return {row.uid: (row.shard, row.outcome) for row in rows}


def test_what_img2dataset_really_did_has_an_outcome_of_ours(pools: Pools) -> None:
    found = {path: row.outcome for path, row in pools.by_path().items()}
    assert found == {
        **dict.fromkeys([*GOOD, ARCHIVED], "ok"),
        **{path: words for path, (_, _, words) in FAULTS.items()},
        **ELSEWHERE,
    }


def test_every_candidate_is_one_row_of_its_shard_in_uid_order(pools: Pools) -> None:
    for shard, candidates in pools.shards.items():
        rows = read_pool_shard(str(pools.reconciled), shard)
        assert [row.candidate for row in rows] == candidates
        assert {row.shard for row in rows} == {shard}
    assert len(pools.rows) == sum(map(len, pools.shards.values()))


def test_what_its_site_forbids_is_never_handed_over(pools: Pools) -> None:
    assert "/private/no.jpg" not in pools.asked
    assert "/photo.jpg" in pools.asked


def test_a_row_says_that_its_phash_is_of_the_stored_image(pools: Pools) -> None:
    rows = pools.by_path()
    assert rows["/photo.jpg"].detail == "img2dataset; phash of the stored image"
    assert rows[ARCHIVED].detail == ""  # read by us, from the archive
    assert rows["/photo.jpg"].fetched_at
    assert rows["/exif.jpg"].exif == '{"Image Make": "Maker"}'


def test_several_shards_take_one_call_and_each_becomes_its_own(
    tmp_path: Path, fake: list[dict[str, Any]]
) -> None:
    shards = {3: by_uid(4), 5: by_uid(2, first=4), 9: by_uid(3, first=6)}
    found = download(shards, tmp_path)
    assert found == {c.uid: (s, "ok") for s, candidates in shards.items() for c in candidates}
    assert [call["number_sample_per_shard"] for call in fake] == [4]
    names = {path.name for path in tmp_path.glob("*.tar")}
    assert names == {"00003.tar", "00005.tar", "00009.tar"}


def test_a_finished_shard_is_not_asked_for_again(
    tmp_path: Path, fake: list[dict[str, Any]]
) -> None:
    first, second = by_uid(4), by_uid(2, first=4)
    once = download({0: first}, tmp_path)
    both = download({0: first, 1: second}, tmp_path)
    assert download({0: first, 1: second}, tmp_path) == both
    assert once.items() < both.items()
    assert len(fake) == 2
    assert fake[1]["number_sample_per_shard"] == 2
    download({0: first}, tmp_path, encode_quality=90)
    assert len(fake) == 3


def test_another_version_of_img2dataset_makes_another_pool(
    tmp_path: Path, fake: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    download({0: by_uid(2)}, tmp_path)
    monkeypatch.setattr(img2dataset_engine, "version", lambda name: "1.99")
    download({0: by_uid(2)}, tmp_path)
    assert len(fake) == 2


def test_a_retry_gives_the_same_bytes(tmp_path: Path, fake: list[dict[str, Any]]) -> None:
    for name in ("a", "b"):
        download({0: by_uid(5)}, tmp_path / name)
    first, second = (tmp_path / f"{name}/00000.tar" for name in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()


def test_a_shard_that_img2dataset_lost_is_in_the_ledger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(img2dataset_engine, "run_img2dataset", lambda *_: None)
    assert set(download({0: by_uid(3)}, tmp_path).values()) == {(0, "engine_lost")}


def test_where_nothing_may_be_fetched_nothing_is_started(
    tmp_path: Path, fake: list[dict[str, Any]]
) -> None:
    refused = make_candidate(1, url="http://user:secret@e.org/a.jpg")
    assert download({0: [refused]}, tmp_path) == {refused.uid: (0, "url")}
    assert fake == []


def test_a_missing_extra_is_one_line_that_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(img2dataset_engine, "version", missing)
    with pytest.raises(UserError, match=r"pip install 'webimagetext\[img2dataset\]'"):
        require_img2dataset()


def parameters() -> set[str]:
    """Returns the parameters of the real `img2dataset.download`, without importing it."""
    spec = importlib.util.find_spec("img2dataset")
    if not spec or not spec.origin:
        pytest.skip("the extra img2dataset is not installed")
    tree = ast.parse(Path(spec.origin).with_name("main.py").read_text())
    functions = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "download"]
    return {argument.arg for argument in functions[0].args.args}


def test_it_knows_every_argument_and_gets_every_option_that_it_shares_with_us() -> None:
    options = DownloadOptions(max_aspect_ratio=3.0)
    arguments = make_arguments("work", options, WEB, {0: by_uid(1)})
    ours = set(DownloadOptions.__dataclass_fields__) - {"verify_hash"}  # which is refused with it
    assert arguments.keys() <= parameters()
    assert parameters() & ours <= arguments.keys()


def test_the_recipes_policy_is_handed_over_in_img2datasets_words() -> None:
    web = replace(WEB, obey=("header:noai", "noindex", "train-ai=n", "tdm-reservation"))
    arguments = make_arguments("work", OPTIONS, web, {0: by_uid(7), 1: by_uid(9)})
    assert arguments["disallowed_header_directives"] == ["noai", "noindex", "none"]
    assert arguments["user_agent_token"] == "webimagetext"
    assert arguments["number_sample_per_shard"] == 9
    assert (arguments["image_size"], arguments["timeout"]) == (64, 5)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Puts a module in img2dataset's place, for the process alone; returns a work folder."""

    def put(source: str) -> Path:
        folder = tmp_path / "path"
        folder.mkdir()
        (folder / "img2dataset.py").write_text(source)
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder), os.getcwd()]))
        (tmp_path / "work/pool").mkdir(parents=True)
        return tmp_path / "work"

    return put


def test_a_process_that_fails_at_once_ends_the_run_with_its_last_words(
    package: Callable[[str], Path],
) -> None:
    work = package("def download(**_):\n    raise ImportError('no libjpeg')\n")
    with pytest.raises(RunError, match="exit code 1: ImportError: no libjpeg"):
        run_img2dataset(str(work), {}, (), 60)


def test_a_process_that_fails_after_a_shard_is_left_to_the_reconciliation(
    package: Callable[[str], Path],
) -> None:
    work = package(
        "import pathlib\n"
        "def download(output_folder):\n"
        "    pathlib.Path(output_folder, '00000_stats.json').write_text('{}')\n"
        "    raise ValueError\n"
    )
    run_img2dataset(str(work), {"output_folder": str(work / "pool")}, (), 60)


def test_a_process_that_hangs_is_killed(package: Callable[[str], Path]) -> None:
    work = package("import time\ndef download(**_):\n    time.sleep(600)\n")
    started = time.monotonic()
    run_img2dataset(str(work), {}, (), 2)
    assert time.monotonic() - started < 30


def test_no_proxy_and_no_reports_to_others_reach_the_process(
    package: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid:3128")
    work = package(
        "import json, os, pathlib\n"
        "def download(where):\n"
        "    pathlib.Path(where).write_text(json.dumps(dict(os.environ)))\n"
    )
    run_img2dataset(str(work), {"where": str(work / "environment.json")}, (), 60)
    environment = json.loads((work / "environment.json").read_text())
    assert "HTTPS_PROXY" not in environment
    assert environment["NO_ALBUMENTATIONS_UPDATE"] == "1"
    assert environment["WANDB_MODE"] == "disabled"


def test_a_call_may_take_as_long_as_dead_hosts_make_it() -> None:
    options = DownloadOptions(deadline_s=10, concurrency=10)
    assert call_limit_s(1000, options) == 300 + 1000 * 1.4
