from pathlib import Path

import pytest

from pipeline.download.options import DownloadOptions
from pipeline.download.pool import is_done
from pipeline.download.retry import retry_shard
from pipeline.download.shard import download_shard, fingerprint
from pipeline.shards.tar import read_samples
from pipeline.web.options import WebOptions
from schemas.errors import RunError
from schemas.records import Candidate, PoolRow
from tests.samples import make_candidate, make_image
from tests.servers import Answer, serve

OPTIONS = DownloadOptions(retries=0)


def web(address: str) -> WebOptions:
    return WebOptions(
        user_agent="test", product_token="test", site_files=False, allow_address=(address,)
    )


def candidates(origin: str, count: int = 6) -> list[Candidate]:
    made = [make_candidate(n, url=f"{origin}/{n}.jpg") for n in range(count)]
    return sorted(made, key=lambda candidate: candidate.uid)


def outcomes(rows: list[PoolRow]) -> dict[str, str]:
    return {row.candidate.url.rsplit("/", 1)[-1]: row.outcome for row in rows}


def answers() -> dict[str, Answer]:
    """Six pictures: the first is busy, the second gone, the third breaks; the others are there."""
    found = {f"/{n}.jpg": Answer(make_image(n)) for n in range(6)}
    found["/0.jpg"] = Answer(status=503)
    found["/1.jpg"] = Answer(status=404)
    found["/2.jpg"] = Answer(b"no picture")
    return found


def test_only_the_named_outcomes_are_tried_again_and_the_rest_stays(tmp_path: Path) -> None:
    pages = answers()
    pool = str(tmp_path)
    with serve(pages) as site:
        tried = candidates(site.origin)
        download_shard(0, tried, folder=pool, options=OPTIONS, web=web(site.address))
        before = dict(read_samples((tmp_path / "00000.tar").open("rb"), "t"))
        pages["/0.jpg"] = Answer(make_image(0))
        pages["/1.jpg"] = Answer(make_image(1))
        site.asked.clear()
        rows = retry_shard(
            0, {"http_503", "dns"}, folder=pool, options=OPTIONS, web=web(site.address)
        )
    assert [path for path in site.asked if path.endswith(".jpg")] == ["/0.jpg"]
    assert outcomes(rows) == {
        "0.jpg": "ok", "1.jpg": "http_404", "2.jpg": "not_image",
        "3.jpg": "ok", "4.jpg": "ok", "5.jpg": "ok",
    }  # fmt: skip
    assert [row.uid for row in rows] == [candidate.uid for candidate in tried]
    after = dict(read_samples((tmp_path / "00000.tar").open("rb"), "t"))
    assert len(after) == len(before) + 1
    assert {uid: after[uid] for uid in before} == before
    assert is_done(pool, 0, fingerprint(tried, OPTIONS, web(site.address)))


def test_a_shard_without_such_rows_is_not_written(tmp_path: Path) -> None:
    with serve(answers()) as site:
        tried = candidates(site.origin)
        made = download_shard(
            0, tried, folder=str(tmp_path), options=OPTIONS, web=web(site.address)
        )
        stamp = (tmp_path / "00000.tar").stat().st_mtime_ns
        rows = retry_shard(0, {"dns"}, folder=str(tmp_path), options=OPTIONS, web=web(site.address))
    assert outcomes(rows) == outcomes(made)
    assert (tmp_path / "00000.tar").stat().st_mtime_ns == stamp


def test_a_tar_that_lost_an_image_stops_the_run(tmp_path: Path) -> None:
    with serve(answers()) as site:
        tried = candidates(site.origin)
        download_shard(0, tried, folder=str(tmp_path), options=OPTIONS, web=web(site.address))
        (tmp_path / "00000.tar").write_bytes(bytes(10240))
        with pytest.raises(RunError, match="lacks the image"):
            retry_shard(
                0, {"http_503"}, folder=str(tmp_path), options=OPTIONS, web=web(site.address)
            )
