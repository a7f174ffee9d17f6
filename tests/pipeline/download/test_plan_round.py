from pathlib import Path

import pytest

from pipeline.download.earlier import mark_images
from pipeline.download.options import DownloadOptions
from pipeline.download.plan_round import PlanRound
from pipeline.download.pool import write_pool_shard
from pipeline.download.rounds import FIRST_ROUND
from pipeline.download.shard_plan import ShardPlan
from schemas.errors import UserError
from tests.samples import make_candidate, make_pair

PLAN = ShardPlan(shard=1, num_shards=3, groups=())


def test_without_options_every_round_is_the_first() -> None:
    assert PlanRound.of(DownloadOptions())(PLAN, [make_candidate(1)], {}, {}) == FIRST_ROUND


def test_bytes_are_shared_out_evenly_and_urls_in_the_order_of_shards() -> None:
    options = DownloadOptions(max_total_bytes=100, max_total_urls=5)
    candidates = sorted((make_candidate(n) for n in range(3)), key=lambda c: c.uid)
    around = PlanRound.of(options)(PLAN, candidates, {}, {0: 3, 1: 3, 2: 3})
    assert around.max_bytes == 34
    assert around.over == {candidates[2].uid: "max_total_urls"}


def test_a_later_round_knows_the_earlier_pool(tmp_path: Path) -> None:
    pair = make_pair(1, image_sha256="0" * 64)
    options = DownloadOptions(previous=str(tmp_path))
    mark = mark_images(options)
    write_pool_shard(str(tmp_path), 0, [(pair, b"x")], "made", image_mark=mark)
    candidates = sorted([pair.candidate, make_candidate(2)], key=lambda c: c.uid)
    around = PlanRound.of(options)(PLAN, candidates, {}, {})
    assert around.pool == str(tmp_path)
    assert list(around.earlier) == [pair.uid]
    assert around.earlier[pair.uid].stored


def test_a_pool_that_is_not_there_shows_at_once(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="previous"):
        PlanRound.of(DownloadOptions(previous=str(tmp_path)))
