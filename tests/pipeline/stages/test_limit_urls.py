from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.recipe.download import Download
from pipeline.recipe.web import Web
from pipeline.stages.download_shards import DownloadShards
from pipeline.stages.limit_urls import read_places
from schemas.records import Candidate
from tests.pipeline.stages.runner import run_stage
from tests.samples import make_candidate

HOSTS = ("127.0.0.1:1", "127.0.0.2:1")  # not allowed, so nothing is sent


def candidates() -> list[Candidate]:
    made = [make_candidate(n, url=f"http://{HOSTS[n % 2]}/{n}.jpg") for n in range(40)]
    return sorted(made, key=lambda candidate: candidate.uid)


def outcomes(folder: Path, **budgets: int) -> dict[str, str]:
    download = Download(number_sample_per_shard=10, retries=0, **budgets)
    stage = DownloadShards(str(folder), download, Web(robots=False, site_files=False))
    kept, dropped, stages = run_stage(candidates(), stage)
    assert not kept
    assert stages["download"]["in"] == 40
    return {row.uid: f"{row.outcome} {row.detail}" for row in dropped}


def test_budgets_of_hosts_and_of_all_keep_the_smallest_uids(tmp_path: Path) -> None:
    found = outcomes(tmp_path, max_host_urls=8, max_total_urls=11)
    per_host: Counter[str] = Counter()
    total = 0
    for candidate in candidates():
        host = candidate.url.split("/")[2]
        per_host[host] += 1
        if per_host[host] > 8:
            expected = "budget max_host_urls is used up"
        elif (total := total + 1) > 11:
            expected = "budget max_total_urls is used up"
        else:
            expected = "address"
        assert found[candidate.uid].startswith(expected)


def test_one_budget_alone_is_enough(tmp_path: Path) -> None:
    for name, budget in (("max_host_urls", 5), ("max_total_urls", 5)):
        found = outcomes(tmp_path / name, **{name: budget})
        over = [said for said in found.values() if said == f"budget {name} is used up"]
        assert len(over) == (30 if name == "max_host_urls" else 35)


def test_a_table_of_others_has_no_column_for_archived_images(tmp_path: Path) -> None:
    rows = {"uid": ["1", "2"], "url": ["http://a.org/x", "http://b.org/y"], "text": ["x", "y"]}
    pq.write_table(pa.table(rows), tmp_path / "list.parquet")
    places = list(read_places(str(tmp_path / "list.parquet")))
    assert places == [("a.org", "1"), ("b.org", "2")]
    rows["image_source"] = ["a.warc", None]
    pq.write_table(pa.table(rows), tmp_path / "list.parquet")
    assert list(read_places(str(tmp_path / "list.parquet"))) == [("b.org", "2")]
