import asyncio
from dataclasses import replace
from pathlib import Path
from socket import create_server, socket

import pytest

from pipeline.download import downloads as module
from pipeline.download.downloads import Downloads, _let_stop
from pipeline.download.shard import download_shard
from pipeline.web.options import WebOptions
from schemas.records import Candidate
from tests.pipeline.download.test_shard import ANSWERS, OPTIONS, OUTCOMES, candidates_for, web_for
from tests.samples import make_candidate, make_image
from tests.servers import Answer, Site, serve

LOOPBACK = ("127.0.0.1", 0)


def silent_web(site: Site, silent: socket) -> WebOptions:
    allowed = (site.address, f"127.0.0.1:{silent.getsockname()[1]}")
    return web_for(site, robots=False, site_files=False, allow_address=allowed)


def silent_candidate(silent: socket) -> Candidate:
    return make_candidate(7, url=f"http://127.0.0.1:{silent.getsockname()[1]}/a.jpg")


@pytest.mark.parametrize("most", [1, 2, 8])
def test_shards_side_by_side_are_the_shards_of_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(module, "MAX_OPEN", most)
    answers = ANSWERS | {f"/{n}.jpg": Answer(make_image(n)) for n in range(20)}
    ticks: list[int] = []
    with serve(answers) as site:
        web = web_for(site)
        shards = [
            candidates_for(site, [*list(OUTCOMES)[start::4], *list(answers)[start::4]])
            for start in range(4)
        ]
        downloads = Downloads(str(tmp_path / "a"), OPTIONS, web, on_progress=ticks.append)
        rows = [row for n, shard in enumerate(shards) for row in downloads.add(n, shard)]
        rows += downloads.finish()
        for number, shard in enumerate(shards):
            download_shard(number, shard, folder=str(tmp_path / "b"), options=OPTIONS, web=web)
    assert sorted(row.uid for row in rows) == sorted(c.uid for shard in shards for c in shard)
    assert sum(ticks) == len(rows)
    for number in range(4):
        name = f"0000{number}.tar"
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_silent_host_keeps_no_other_shard_waiting(tmp_path: Path) -> None:
    """Its shard ends last, though it began first."""
    options = replace(OPTIONS, deadline_s=2)
    with serve({"/good.jpg": Answer(make_image(1))}) as site, create_server(LOOPBACK) as silent:
        web = silent_web(site, silent)
        downloads = Downloads(str(tmp_path), options, web)
        rows = downloads.add(0, [silent_candidate(silent)])
        rows += downloads.add(1, candidates_for(site, ["/good.jpg"]))
        rows += downloads.finish()
    assert [(row.shard, row.outcome) for row in rows] == [(1, "ok"), (0, "deadline")]


def test_what_is_dropped_leaves_no_half_shard(tmp_path: Path) -> None:
    with serve({}) as site, create_server(LOOPBACK) as silent:
        downloads = Downloads(str(tmp_path), OPTIONS, silent_web(site, silent))
        assert downloads.add(0, [silent_candidate(silent)]) == []
        downloads.close()
        downloads.close()
    assert list(tmp_path.iterdir()) == []


def test_a_bug_stops_all_shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> str:
        raise KeyError("a bug of ours")

    with serve(ANSWERS) as site:
        downloads = Downloads(str(tmp_path), OPTIONS, web_for(site))
        monkeypatch.setattr("pipeline.download.shard.first_obeyed", fail)
        assert downloads.add(0, candidates_for(site, ["/good.jpg"])) == []
        with pytest.raises(KeyError, match="a bug of ours"):
            list(downloads.finish())
    assert list(tmp_path.iterdir()) == []


def test_a_stop_left_in_the_loop_does_not_end_the_next_run() -> None:
    """An interrupt just when a run ended leaves its stop behind, as a callback to come."""
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        loop.call_soon(loop.stop)
        _let_stop(loop)
        runner.run(asyncio.sleep(0.01))
