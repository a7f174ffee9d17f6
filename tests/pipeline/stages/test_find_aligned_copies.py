import io
import random
from collections.abc import Sequence
from pathlib import Path

import apache_beam as beam
import numpy as np
import pytest
from PIL import Image

from dedup.phash import phash_grey
from dedup.verify.plant import plant
from pipeline.recipe.dedupe import Dedupe
from pipeline.recipe.recipe import Recipe
from pipeline.shards.storage import list_files
from pipeline.shards.table import read_rows, write_table
from pipeline.stages.find_aligned_copies import FindAlignedCopies, aligned_if_asked
from pipeline.stages.run import run_pipeline
from pipeline.stages.step import StepPlan
from pipeline.stages.steps import dedupe_step
from schemas.records import CopyEdge, PoolRow
from schemas.tables import POOL, pool_to_row
from tests.dedup.contamination.pictures import encode, write_tar
from tests.dedup.verify.photos import Pixels, make_photo
from tests.pipeline.stages.runner import run
from tests.samples import make_pair

PLANTED = ("mirrored", "turned 90", "turned 180", "crop 10 %", "crop 25 %", "framed 20 %")


def planted_photos() -> list[Pixels]:
    """Returns a photo and its planted copies, and then photos that have none."""
    photo = make_photo(1)
    return [photo, *(plant(name, photo, 1) for name in PLANTED), *map(make_photo, range(2, 8))]


def write_pool(folder: Path, photos: Sequence[Pixels | None], shards: int = 1) -> list[PoolRow]:
    """Writes photos as a pool; None is one that no longer decodes."""
    folder.mkdir(exist_ok=True)
    pairs, bodies = [], []
    for number, photo in enumerate(photos):
        body = b"no picture" if photo is None else encode(Image.fromarray(photo))
        bodies.append(body)
        phash = number + 1000
        if photo is not None:
            phash = phash_grey(np.asarray(Image.open(io.BytesIO(body)).convert("L")))
        width = 300 if number == 0 else 192  # the first is the best
        where = {"shard": number % shards, "extension": "png"}
        pairs.append(make_pair(number, phash=phash, original_width=width, **where))
    for shard in range(shards):
        rows = [pair for pair in pairs if pair.shard == shard]
        write_table(str(folder / f"{shard:05d}.parquet"), map(pool_to_row, rows), POOL)
        members = {f"{p.uid}.png": b for p, b in zip(pairs, bodies, strict=True) if p in rows}
        write_tar(folder / f"{shard:05d}.tar", members)
    return pairs


def find(pool: Path, pairs: list[PoolRow], min_score: float = 0.8) -> list[CopyEdge]:
    def construct(root: beam.Pipeline) -> dict[str, beam.PCollection]:
        given = root | beam.Create(pairs)
        return {"edges": given | FindAlignedCopies(str(pool), 4, min_score)}

    return sorted(run(construct)["edges"], key=repr)


def test_planted_copies_are_joined_and_nothing_else(tmp_path: Path) -> None:
    pairs = write_pool(tmp_path / "pool", planted_photos())
    edges = find(tmp_path / "pool", pairs)
    related = {pair.uid for pair in pairs[: len(PLANTED) + 1]}
    assert {uid for edge in edges for uid in (edge.uid, edge.other_uid)} == related
    with_the_photo = {
        uid for edge in edges for uid in (edge.uid, edge.other_uid)
        if pairs[0].uid in (edge.uid, edge.other_uid)
    }  # fmt: skip
    assert with_the_photo == related
    assert {edge.kind for edge in edges} == {"aligned"}
    assert min(edge.score for edge in edges) >= 0.8
    assert find(tmp_path / "pool", pairs, 1.0) == []


def test_a_picture_that_does_not_decode_again_has_no_copies(tmp_path: Path) -> None:
    pairs = write_pool(tmp_path / "pool", [make_photo(1), None, make_photo(1)[:, ::-1]])
    (edge,) = find(tmp_path / "pool", pairs)
    assert {edge.uid, edge.other_uid} == {pairs[0].uid, pairs[2].uid}


def test_pairs_with_one_hash_are_one_picture_and_dropped_ones_none(tmp_path: Path) -> None:
    photos = [make_photo(1), make_photo(1), make_photo(1)[:, ::-1]]
    pairs = write_pool(tmp_path / "pool", photos, shards=2)
    (edge,) = find(tmp_path / "pool", pairs)
    assert {edge.uid, edge.other_uid} == {min(p.uid for p in pairs[:2]), pairs[2].uid}
    assert find(tmp_path / "pool", pairs[:2]) == []


def test_nothing_is_looked_at_unless_asked(tmp_path: Path) -> None:
    pairs = beam.Pipeline() | beam.Create([])
    assert aligned_if_asked(pairs, Dedupe(), str(tmp_path)) is None
    assert aligned_if_asked(pairs, Dedupe(verify=True), str(tmp_path)) is not None


@pytest.mark.parametrize("is_alone", [True, False])
def test_a_pool_of_one_picture_or_none_has_no_copies(tmp_path: Path, is_alone: bool) -> None:
    pairs = write_pool(tmp_path / "pool", [make_photo(1)])
    assert find(tmp_path / "pool", pairs if is_alone else []) == []


def test_shards_and_workers_change_nothing(tmp_path: Path) -> None:
    written = set()
    for workers, shards in ((1, 1), (1, 4), (2, 3)):
        pool, out = tmp_path / f"pool-{workers}-{shards}", tmp_path / f"out-{workers}-{shards}"
        write_pool(pool, planted_photos(), shards)
        files = list_files(str(pool), ".parquet")
        random.Random(shards).shuffle(files)
        plan = StepPlan(recipe=Recipe(dedupe=Dedupe(verify=True)), out=str(out))
        run_pipeline(
            lambda root, plan=plan, files=files, pool=pool: dedupe_step(
                root, plan, files, str(pool)
            ),
            [f"--direct_num_workers={workers}"],
        )
        kept = sorted(row["uid"] for row in read_rows(str(out / "kept/00000.parquet")))
        tables = ((out / name / "00000.parquet").read_bytes() for name in ("clusters", "ledger"))
        written.add((*kept, *tables))
    assert len(written) == 1
    assert len(kept) == 7
