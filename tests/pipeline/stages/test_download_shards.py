from pathlib import Path

from pipeline.recipe.download import Download
from pipeline.recipe.web import Web
from pipeline.shards.table import write_table
from pipeline.stages.download_shards import DownloadShards, DownloadTables, to_settled
from schemas.records import LedgerRow
from schemas.tables import CANDIDATES, candidate_to_row
from tests.archives import write_archive
from tests.pipeline.download.test_archive import refs
from tests.pipeline.stages.runner import run_stage
from tests.samples import make_candidate, make_image, make_pair


def test_every_candidate_is_in_the_pool_or_in_the_ledger(tmp_path: Path) -> None:
    archive = tmp_path / "a.warc.gz"
    bodies = {f"http://e.invalid/{n}.jpg": make_image(n) for n in range(12)}
    bodies["http://e.invalid/5.jpg"] = b"no image"
    write_archive(archive, {url: ("image/jpeg", body) for url, body in bodies.items()})
    found = refs(archive)
    candidates = [make_candidate(n, url=url, image=found[url]) for n, url in enumerate(bodies)]
    stage = DownloadShards(str(tmp_path / "pool"), Download(number_sample_per_shard=4), Web())
    kept, dropped, stages = run_stage(candidates, stage)
    assert (len(kept), len(dropped)) == (11, 1)
    assert dropped[0].outcome == "not_image"
    assert stages["download"]["failed"] == {"not_image": 1}
    assert {row.shard for row in kept} <= {0, 1, 2}
    assert sorted(path.name for path in (tmp_path / "pool").glob("*.tar"))
    by_shard = sorted(kept, key=lambda row: row.uid)
    assert [row.shard for row in by_shard] == sorted(row.shard for row in kept)


def test_sorted_tables_are_read_in_place_and_give_the_same_pool(tmp_path: Path) -> None:
    candidates = [make_candidate(n, url=f"http://10.0.0.1/{n}.jpg") for n in range(30)]
    rows = sorted(map(candidate_to_row, candidates), key=lambda row: row["uid"])
    for number, part in enumerate((rows[:17], rows[17:])):
        write_table(f"{tmp_path}/{number}.parquet", part, CANDIDATES)
    options = Download(number_sample_per_shard=8)
    paths = [f"{tmp_path}/{number}.parquet" for number in range(2)]
    read = DownloadTables(str(tmp_path / "read"), options, Web(robots=False))
    made = DownloadShards(str(tmp_path / "made"), options, Web(robots=False))
    for given, stage in ((paths, read), (candidates, made)):
        kept, dropped, stages = run_stage(given, stage)
        assert (kept, len(dropped)) == ([], 30)
        assert stages["download"]["rejected"] == {"address": 30}
    names = [f"{shard:05d}.parquet" for shard in range(4)]
    assert [(tmp_path / "read" / name).read_bytes() for name in names] == [
        (tmp_path / "made" / name).read_bytes() for name in names
    ]


def test_no_candidate_is_no_shard(tmp_path: Path) -> None:
    kept, dropped, _ = run_stage([], DownloadShards(str(tmp_path), Download(), Web()))
    assert (kept, dropped) == ([], [])


def test_a_failed_row_becomes_its_ledger_row() -> None:
    failed = make_pair(1, status="failed_to_download", outcome="http_404", detail="")
    assert to_settled(failed) == LedgerRow(
        uid=failed.uid, url=failed.candidate.url, stage="download", outcome="http_404"
    )
    assert to_settled(make_pair(2)) == make_pair(2)
