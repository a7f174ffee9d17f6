from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.recipe.download import Download
from pipeline.recipe.web import Web
from pipeline.stages import download_by_img2dataset
from pipeline.stages.download_shards import DownloadShards
from schemas.records import Candidate, PoolRow
from tests.pipeline.stages.runner import run_stage
from tests.samples import make_candidate, make_pair


def test_img2dataset_gets_several_shards_a_call_and_the_ledger_what_it_loses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[list[int]] = []

    def download(shards: dict[int, list[Candidate]], **_: Any) -> Iterator[PoolRow]:
        calls.append(list(shards))
        for shard, candidates in shards.items():
            assert candidates == sorted(candidates, key=lambda c: c.uid)
            for candidate in candidates:
                number = candidate.source_offset
                lost = {"status": "failed_to_download", "outcome": "engine_lost"}
                changes = lost if number == 5 else {}
                yield make_pair(number, candidate=candidate, shard=shard, **changes)

    monkeypatch.setattr(download_by_img2dataset, "download_by_img2dataset", download)
    monkeypatch.setattr(download_by_img2dataset, "URLS_PER_CALL", 8)
    options = Download(engine="img2dataset", number_sample_per_shard=4)
    stage = DownloadShards(str(tmp_path), options, Web())
    kept, dropped, stages = run_stage([make_candidate(n) for n in range(20)], stage)
    assert sorted(calls) == [[0, 1], [2, 3], [4]]
    assert len(kept) == 19
    assert [row.outcome for row in dropped] == ["engine_lost"]
    assert stages["download"]["failed"] == {"engine_lost": 1}
