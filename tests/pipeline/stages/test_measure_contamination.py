import io
import re
from dataclasses import replace
from pathlib import Path

import apache_beam as beam
import pytest
from PIL import Image

from pipeline.download.hash_image import hash_image
from pipeline.download.pool import PoolShardWriter
from pipeline.recipe.dedupe import Contamination
from pipeline.stages.measure_contamination import (
    MeasureContamination,
    hash_pool_part,
    list_parts,
    nearest_matches,
    pool_image_from_row,
    to_pool_image,
)
from schemas.errors import UserError
from schemas.records import Match, PoolRow
from schemas.tables import pool_to_row
from tests.dedup.verify.photos import make_photo
from tests.pipeline.stages.runner import run
from tests.samples import make_image, make_pair


@pytest.fixture
def benchmark(tmp_path: Path) -> Path:
    folder = tmp_path / "benchmark"
    folder.mkdir()
    for number in range(5):
        (folder / f"{number}.jpg").write_bytes(make_image(number))
    (folder / "broken.jpg").write_bytes(make_image(9)[:200])
    return folder


def pair_of(number: int, distance: int = 0) -> object:
    sha256, phash = hash_image(make_image(number))
    changed = phash ^ ((1 << distance) - 1)
    return make_pair(number, sha256="f" * 64 if distance else sha256, phash=changed)


def measure(
    pairs: list,
    benchmark: Path,
    action: str = "report",
    *,
    pool: str = "",
    verify: bool = False,
    device: str | None = None,
) -> dict:
    contamination = Contamination(
        benchmarks={"b": str(benchmark)},
        max_distance=6,
        action=action,
        verify=verify,
        device=device,
    )

    def construct(root: beam.Pipeline) -> dict[str, beam.PCollection]:
        measured = root | beam.Create(pairs) | MeasureContamination(contamination, pool)
        return {
            "kept": measured.result.kept,
            "dropped": measured.result.dropped,
            "matches": measured.overlap.matches,
            "sizes": measured.overlap.sizes,
        }

    return run(construct)


def test_copies_are_found_marked_and_kept(benchmark: Path) -> None:
    exact, near, far, other = pair_of(0), pair_of(1, 6), pair_of(2, 7), make_pair(77)
    outputs = measure([exact, near, far, other], benchmark)
    found = {(m.benchmark_key, m.uid, m.method, m.distance) for m in outputs["matches"]}
    assert found == {("0.jpg", exact.uid, "sha256", 0), ("1.jpg", near.uid, "phash", 6)}
    marked = {pair.uid: pair.overlap for pair in outputs["kept"]}
    assert marked == {exact.uid: ("b",), near.uid: ("b",), far.uid: (), other.uid: ()}
    assert dict(outputs["sizes"]) == {("b", "images"): 5, ("b", "undecodable"): 1}


def test_a_recipe_may_name_the_device_that_compares_hashes(benchmark: Path) -> None:
    pairs = [pair_of(0), pair_of(1, 6), pair_of(2, 7)]
    matches = [measure(pairs, benchmark, device=device)["matches"] for device in ("cpu", None)]
    assert sorted(m.uid for m in matches[0]) == sorted(m.uid for m in matches[1])
    assert len(matches[0]) == 2


def test_copies_are_dropped_where_the_recipe_says_so(benchmark: Path) -> None:
    outputs = measure([pair_of(0), make_pair(77)], benchmark, action="remove")
    assert [pair.uid for pair in outputs["kept"]] == [make_pair(77).uid]
    assert [(row.outcome, row.detail) for row in outputs["dropped"]] == [
        ("benchmark_overlap", "b image 0.jpg, sha256 distance 0")
    ]


def _write_pool(folder: Path, pictures: list[Image.Image]) -> list[PoolRow]:
    """Writes a pool of one shard."""
    pairs = []
    with PoolShardWriter(str(folder), 0, "mark") as writer:
        for number, picture in enumerate(pictures):
            stream = io.BytesIO()
            picture.save(stream, "JPEG", quality=90)
            sha256, phash = hash_image(stream.getvalue())
            pairs.append(make_pair(number, sha256=sha256, phash=phash, shard=0, extension="jpg"))
        order = sorted(range(len(pairs)), key=lambda number: pairs[number].uid)
        for number in order:
            stream = io.BytesIO()
            pictures[number].save(stream, "JPEG", quality=90)
            writer.add(pairs[number], stream.getvalue())
        writer.finish()
    return pairs


def test_altered_copies_are_dropped_and_the_ledger_says_what_was_done_to_them(
    tmp_path: Path,
) -> None:
    photos = [Image.fromarray(make_photo(seed)) for seed in range(3)]
    (tmp_path / "b").mkdir()
    for number, photo in enumerate(photos[:2]):
        photo.save(tmp_path / f"b/{number}.png")
    mirrored = photos[0].transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    pairs = _write_pool(tmp_path / "pool", [mirrored, photos[1], photos[2]])
    flags = {"pool": str(tmp_path / "pool"), "verify": True}
    outputs = measure(pairs, tmp_path / "b", "remove", **flags)
    assert [pair.uid for pair in outputs["kept"]] == [pairs[2].uid]
    details = {row.uid: row.detail for row in outputs["dropped"]}
    assert re.fullmatch(
        r"b image 0\.png, aligned distance \d+, score 0\.\d+, flip", details[pairs[0].uid]
    )
    assert re.fullmatch(
        r"b image 1\.png, phash distance \d, score (0\.\d+|1\.0)", details[pairs[1].uid]
    )
    kept = tmp_path / "pool/fingerprints/00000.parquet"
    made = kept.stat().st_mtime_ns
    again = measure(pairs, tmp_path / "b", **flags)
    assert {pair.uid: pair.overlap for pair in again["kept"]} == {
        pairs[0].uid: ("b",),
        pairs[1].uid: ("b",),
        pairs[2].uid: (),
    }
    assert kept.stat().st_mtime_ns == made
    by_hash = measure(pairs, tmp_path / "b", "remove", pool="", verify=False)
    assert [row.uid for row in by_hash["dropped"]] == [pairs[1].uid]


def test_nearest_of_each_benchmark_tells_why_whatever_the_order() -> None:
    def match(benchmark: str, key: str, distance: int) -> Match:
        return Match(
            benchmark=benchmark,
            benchmark_key=key,
            uid="u",
            pool_key="u",
            url=None,
            method="phash",
            distance=distance,
        )

    found = [match("b", "2", 4), match("a", "1", 6), match("b", "3", 2), match("b", "1", 2)]
    wanted = (match("a", "1", 6), match("b", "1", 2))
    assert nearest_matches(found) == wanted
    aligned = [replace(match("c", str(n), 20), method="aligned", score=n / 10) for n in (8, 9)]
    assert nearest_matches([*aligned, match("c", "0", 6)])[0].method == "phash"
    assert nearest_matches(aligned)[0].score == 0.9
    halves = [nearest_matches(found[:2]), nearest_matches(found[:1:-1])]
    assert nearest_matches(halves) == wanted


def test_no_benchmark_is_no_work() -> None:
    assert list_parts({}) == []


def test_a_benchmark_that_is_not_there_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        list_parts({"b": str(tmp_path / "none")})


def test_pool_images_come_from_rows_or_from_plain_files(benchmark: Path) -> None:
    pair = make_pair(1)
    assert list(pool_image_from_row(pool_to_row(pair))) == [to_pool_image(pair)]
    failed = make_pair(1, status="failed_to_download", outcome="dns")
    assert list(pool_image_from_row(pool_to_row(failed))) == []
    hashed = [image for part in list_parts({"p": str(benchmark)}) for image in hash_pool_part(part)]
    assert sorted(image.pool_key for image in hashed) == [f"{n}.jpg" for n in range(5)]
