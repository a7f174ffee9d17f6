import random
from dataclasses import replace
from functools import partial
from pathlib import Path

import apache_beam as beam
import pytest

from dedup.better_first import better_first
from dedup.cut_cluster import Head
from pipeline.recipe.dedupe import Dedupe
from pipeline.recipe.recipe import Recipe
from pipeline.shards.table import write_table
from pipeline.stages import join_counted
from pipeline.stages.dedupe_images import DedupeImages, crown, judge, parse_detail
from pipeline.stages.run import run_pipeline
from pipeline.stages.stage import StageResult
from pipeline.stages.step import StepPlan
from pipeline.stages.steps import dedupe_step
from schemas.records import CopyEdge, PoolRow
from schemas.tables import POOL, pool_to_row
from tests.dedup.components import components
from tests.pipeline.stages.runner import run_stage
from tests.samples import make_candidate, make_pair

HASH = 0x0F1E2D3C4B5A6978
FAR = HASH ^ 0xFFFFFFFF  # 32 bits away


def flip(value: int, bits: int) -> int:
    return value ^ ((1 << bits) - 1)


def bare(pair: PoolRow) -> PoolRow:
    return replace(pair, alternative_texts=())


def dedupe(pairs: list[PoolRow], **options: int) -> tuple[list[PoolRow], dict[str, str]]:
    """Returns what is kept, by uid, and the uid that each dropped pair goes for."""
    # One round, for speed; how many there are is the matter of `find_components`.
    section = Dedupe(**{"cluster_rounds": 1} | options)
    kept, dropped, stages = run_stage(pairs, DedupeImages(section))
    assert stages["dedupe"]["in"] == len(pairs)
    gone = {row.uid: parse_detail(row.detail).kept_uid for row in dropped}
    return sorted(kept, key=lambda pair: pair.uid), gone


def test_one_of_the_same_bytes_is_kept_the_largest_then_the_smallest_uid() -> None:
    pairs = [make_pair(n, sha256="a" * 64, phash=HASH) for n in range(4)]
    larger = make_pair(9, sha256="a" * 64, phash=HASH, original_width=500)
    kept, dropped, stages = run_stage([*pairs, larger], DedupeImages(Dedupe()))
    assert [bare(pair) for pair in kept] == [larger]
    assert {row.detail for row in dropped} == {f"of {larger.uid}"}
    assert stages["dedupe"]["rejected"] == {"duplicate_sha256": 4}


@pytest.mark.parametrize(("distance", "is_duplicate"), [(0, True), (4, True), (5, False)])
def test_near_is_within_the_distance_inclusive(distance: int, is_duplicate: bool) -> None:
    pairs = [make_pair(1, phash=HASH), make_pair(2, phash=flip(HASH, distance))]
    kept, dropped, _ = run_stage(pairs, DedupeImages(Dedupe(max_distance=4)))
    first = min(pairs, key=better_first)
    assert (len(kept) == 1) is is_duplicate
    if is_duplicate:
        assert [bare(pair) for pair in kept] == [first]
        assert dropped[0].detail == f"of {first.uid} at distance {distance}"


def test_a_chain_is_one_cluster_as_far_as_its_head_reaches() -> None:
    chain = [make_pair(n, phash=flip(HASH, 3 * n), original_width=500 - n) for n in range(6)]
    uids = [pair.uid for pair in chain]
    random.Random(1).shuffle(chain)
    kept, gone = dedupe(chain, max_distance=4)
    assert {pair.uid for pair in kept} == {uids[0], uids[3]}
    assert gone == {uids[1]: uids[0], uids[2]: uids[0], uids[4]: uids[3], uids[5]: uids[3]}
    kept, _ = dedupe(chain, max_distance=4, max_radius=64)
    assert [pair.uid for pair in kept] == [uids[0]]


@pytest.mark.parametrize("phash", [0, 1 << 63])
def test_flat_pictures_are_no_duplicates_of_each_other_but_by_their_bytes(phash: int) -> None:
    pairs = [make_pair(n, phash=phash) for n in range(5)]
    same = make_pair(7, phash=phash, sha256=pairs[0].sha256)
    kept, gone = dedupe([*pairs, same])
    assert len(kept) == 5
    assert {*gone, *gone.values()} == {same.uid, pairs[0].uid}


def test_hashes_with_the_top_bit_set_survive_the_engine() -> None:
    pairs = [make_pair(1, phash=2**64 - 1), make_pair(2, phash=2**64 - 2)]
    kept, _, _ = run_stage(pairs, DedupeImages(Dedupe()))
    assert len(kept) == 1


def test_equal_bytes_are_copies_though_their_hashes_differ() -> None:
    pairs = [
        make_pair(n, sha256="a" * 64, phash=h) for n, h in enumerate((HASH, FAR, ~HASH % 2**64))
    ]
    near = make_pair(5, phash=FAR ^ 1, original_width=1)
    kept, _, stages = run_stage([*pairs, near], DedupeImages(Dedupe()))
    assert len(kept) == 1
    assert stages["dedupe"]["rejected"] == {"duplicate_sha256": 2, "near_duplicate": 1}


def random_pool(seed: int) -> list[PoolRow]:
    """Families of near hashes of very different sizes, equal bytes and equal hashes among them."""
    rng = random.Random(seed)
    pairs = []
    for size in (1, 1, 2, 3, 5, 20):
        head = rng.getrandbits(64)
        for _ in range(size):
            number = len(pairs)
            phash = (
                head ^ (1 << rng.randrange(64)) ^ (rng.random() < 0.5) * (1 << rng.randrange(64))
            )
            pairs.append(make_pair(number, phash=phash, original_width=rng.randrange(90, 99)))
            if rng.random() < 0.3:
                copied = make_pair(900 + number, phash=phash, sha256=pairs[-1].sha256)
                pairs.append(replace(copied, original_width=pairs[-1].original_width))
    return pairs


def expected(pairs: list[PoolRow], max_distance: int) -> dict[str, str]:
    """The best of every component, as scipy finds them among all pairs."""
    ordered = sorted(pairs, key=better_first)
    edges = [
        (i, j)
        for i, one in enumerate(ordered)
        for j, other in enumerate(ordered[:i])
        if ((one.phash or 0) ^ (other.phash or 0)).bit_count() <= max_distance
    ]
    roots = components(len(ordered), edges)
    return {ordered[n].uid: ordered[root].uid for n, root in enumerate(roots) if n != root}


@pytest.mark.parametrize(("seed", "max_distance"), [(0, 2), (1, 4), (2, 3)])
def test_without_a_cut_clusters_are_the_components_of_all_near_pairs_in_any_order(
    seed: int, max_distance: int
) -> None:
    pairs = random_pool(seed)
    random.Random(seed).shuffle(pairs)
    _, gone = dedupe(pairs, max_distance=max_distance, max_radius=64)
    assert gone == expected(pairs, max_distance)
    assert len(gone) > 20


def test_order_changes_nothing_not_even_the_captions() -> None:
    pairs = random_pool(5)
    first = dedupe(pairs)
    for seed in range(2):
        random.Random(seed).shuffle(pairs)
        assert dedupe(pairs) == first


def test_a_picture_of_many_pairs_is_spread_over_groups_and_nothing_else_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pairs = random_pool(6) + [make_pair(n, phash=HASH, sha256="a" * 64) for n in range(700, 740)]
    expected = dedupe(pairs)
    monkeypatch.setattr(join_counted, "ROWS_PER_GROUP", 7)
    assert dedupe(pairs) == expected


def test_shards_and_workers_change_nothing(tmp_path: Path) -> None:
    pairs = random_pool(7)
    written = set()
    for workers in (1, 2, 4):
        shuffled = random.Random(workers).sample(pairs, len(pairs))
        files = [str(tmp_path / f"{workers}-{part}.parquet") for part in range(workers + 1)]
        for part, file in enumerate(files):
            write_table(file, map(pool_to_row, shuffled[part :: workers + 1]), POOL)
        out = tmp_path / f"out-{workers}"
        plan = StepPlan(recipe=Recipe(dedupe=Dedupe(cluster_rounds=1)), out=str(out))
        run_pipeline(
            lambda root, plan=plan, files=files: dedupe_step(root, plan, files, ""),
            [f"--direct_num_workers={workers}"],
        )
        names = ("kept", "clusters", "ledger")
        written.add(tuple((out / name / "00000.parquet").read_bytes() for name in names))
    assert len(written) == 1


def test_captions_of_the_dropped_are_alternatives_the_best_first_and_each_once() -> None:
    texts = ["a dog", "a brown dog runs", "a dog", "a brown dog on grass", "the kept one"]
    pairs = [
        make_pair(n, candidate=make_candidate(n, text=text), sha256="a" * 64, phash=HASH)
        for n, text in enumerate(texts)
    ]
    pairs[4] = replace(pairs[4], original_width=900)
    kept, _ = dedupe(pairs)
    assert [pair.candidate.text for pair in kept] == ["the kept one"]
    assert kept[0].alternative_texts == ("a brown dog on grass", "a brown dog runs", "a dog")
    kept, _ = dedupe(pairs, max_alternative_texts=1)
    assert kept[0].alternative_texts == ("a brown dog on grass",)
    kept, _ = dedupe(pairs, max_alternative_texts=0)
    assert kept[0].alternative_texts == ()


def test_a_uid_that_comes_twice_is_kept_once() -> None:
    kept, gone = dedupe([make_pair(1), make_pair(1)])
    assert len(kept) == 1
    assert gone == {kept[0].uid: kept[0].uid}


def with_edges(edges: list[CopyEdge], pairs: beam.PCollection, **options: int) -> StageResult:
    verified = pairs.pipeline | "CopyEdges" >> beam.Create(edges)
    return pairs | DedupeImages(Dedupe(**options), verified=verified)


def test_verified_copies_join_a_cluster_and_the_ledger_says_how() -> None:
    whole = make_pair(1, phash=HASH, original_width=900)
    crop = make_pair(2, phash=FAR)
    near_crop = make_pair(3, phash=FAR ^ 1)
    other = make_pair(4)
    flat = make_pair(5, phash=0)
    edges = [
        CopyEdge(uid=crop.uid, other_uid=whole.uid, kind="aligned", score=0.9312),
        CopyEdge(uid=flat.uid, other_uid=whole.uid, kind="aligned", score=0.8),
        CopyEdge(uid="f" * 32, other_uid=other.uid, kind="aligned", score=0.8),
    ]
    kept, dropped, _ = run_stage([whole, crop, near_crop, other, flat], partial(with_edges, edges))
    assert {pair.uid for pair in kept} == {whole.uid, other.uid, flat.uid}
    assert {row.uid: row.detail for row in dropped} == {
        crop.uid: f"of {whole.uid} at distance 32, aligned with score 0.931",
        near_crop.uid: f"of {whole.uid} at distance 31, near its aligned copy",
    }
    assert parse_detail(f"of {whole.uid} at distance 32, aligned with score 0.931").distance == 32


def test_what_an_earlier_run_has_found_stays_among_the_alternatives() -> None:
    kept = replace(make_pair(1), alternative_texts=("old", "new"))
    (crowned,) = crown([[((2.0, 0, -1), "new")], kept], 5)
    assert crowned == replace(kept, alternative_texts=("new", "old"))


def test_equal_bytes_are_said_to_be_that() -> None:
    pair = make_pair(1, sha256="a" * 64)
    row = judge(pair, Head("f" * 32, "a" * 64, HASH))
    assert (row.outcome, row.detail) == ("duplicate_sha256", f"of {'f' * 32}")


def test_a_ledger_row_tells_its_cluster_again() -> None:
    assert parse_detail("of abc at distance 3") == ("abc", 3)
    assert parse_detail("of abc") == ("abc", 0)
