import json
from pathlib import Path

import apache_beam as beam
import pyarrow.parquet as pq

from dedup.contamination.sources import split_source
from pipeline.download.hash_image import hash_image
from pipeline.recipe.dedupe import Contamination
from pipeline.stages.measure_contamination import FindOverlap, to_pool_image
from pipeline.stages.write_report import PartImages, PoolImages, WriteReport
from tests.datasets import make_pool
from tests.pipeline.stages.runner import run
from tests.samples import make_image, make_pair


def report(tmp_path: Path, benchmarks: dict[str, str]) -> list:
    rows = make_pool(tmp_path / "pool", count=4, shards=1)
    sha256, phash = hash_image(make_image(1))
    copy = make_pair(0, candidate=rows[1].candidate, sha256=sha256, phash=phash)
    contamination = Contamination(benchmarks=benchmarks)

    def construct(root: beam.Pipeline) -> dict[str, beam.PCollection]:
        pairs = root | beam.Create([copy, rows[0]])
        overlap = pairs | beam.Map(to_pool_image) | FindOverlap(contamination)
        out = str(tmp_path / "dataset/contamination")
        find = PoolImages(str(tmp_path / "pool"))
        writer = WriteReport(out, str(tmp_path / "dataset"), contamination, find)
        return {"files": (overlap, pairs | beam.combiners.Count.Globally()) | writer}

    return run(construct)["files"]


def test_the_report_tells_what_was_found_and_shows_it(tmp_path: Path) -> None:
    benchmark = tmp_path / "benchmark"
    benchmark.mkdir()
    for number in range(1, 4):
        (benchmark / f"{number}.jpg").write_bytes(make_image(number))
    files = report(tmp_path, {"b": str(benchmark)})
    folder = tmp_path / "dataset/contamination"
    names = ("matches.parquet", "report.html", "report.json", "report.md", "report.tex")
    assert sorted(f.path for f in files) == [f"contamination/{name}" for name in names]
    content = json.loads((folder / "report.json").read_text())
    assert content["pool"] == {"samples": 2}
    assert (content["benchmarks"]["b"]["images"], content["benchmarks"]["b"]["overlap"]) == (3, 1)
    assert pq.read_table(folder / "matches.parquet").column("benchmark_key").to_pylist() == [
        "1.jpg"
    ]
    page = (folder / "report.html").read_text()
    assert page.count("data:image/jpeg;base64") == 2


def test_a_report_without_benchmarks_is_still_a_report(tmp_path: Path) -> None:
    report(tmp_path, {})
    content = json.loads((tmp_path / "dataset/contamination/report.json").read_text())
    assert content["benchmarks"] == {}


def test_plain_images_are_found_by_key(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.jpg").write_bytes(make_image(number))
    parts = tuple(split_source("pool", str(tmp_path)))
    found = dict(PartImages(parts)({"1.jpg", "none.jpg"}))
    assert found == {"1.jpg": make_image(1)}
