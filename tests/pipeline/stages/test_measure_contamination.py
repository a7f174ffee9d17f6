from pathlib import Path

import apache_beam as beam
import pytest

from pipeline.download.hash_image import hash_image
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
from schemas.records import Match
from schemas.tables import pool_to_row
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
    pairs: list, benchmark: Path, action: str = "report", device: str | None = None
) -> dict:
    contamination = Contamination(
        benchmarks={"b": str(benchmark)}, max_distance=6, action=action, device=device
    )

    def construct(root: beam.Pipeline) -> dict[str, beam.PCollection]:
        measured = root | beam.Create(pairs) | MeasureContamination(contamination)
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
