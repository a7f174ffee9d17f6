import json
from pathlib import Path

import apache_beam as beam

from pipeline.crawl.inputs import plan_inputs
from pipeline.recipe.crawl import Crawl
from pipeline.recipe.web import Web
from pipeline.shards.accounting import check, stages_of
from pipeline.stages.crawl_inputs import CrawlInputs, locate_images
from schemas.records import ImageRef, LedgerRow
from tests.archives import write_archive
from tests.pipeline.stages.runner import run
from tests.samples import make_candidate, make_image
from tests.servers import Answer, serve

PAGE = b'<img src="/a.jpg" alt="a red boat"><img src="/b.jpg" alt="a blue boat"><img src="/c.jpg">'


def crawl(
    inputs: list[str], problems: tuple[LedgerRow, ...] = (), work: str = "", **web: object
) -> dict:
    def construct(root: beam.Pipeline) -> dict[str, beam.PCollection]:
        stage = CrawlInputs(plan_inputs(inputs), problems, Crawl(), Web(**web), work)
        result = root | stage
        counts = result.counts | beam.CombinePerKey(sum)
        dropped = (result.dropped, *result.more_dropped) | "Dropped" >> beam.Flatten()
        return {"kept": result.kept, "dropped": dropped, "counts": counts}

    outputs = run(construct)
    check(stages_of(dict(outputs["counts"])))
    return outputs


def test_a_candidate_points_at_the_archive_that_holds_its_image(tmp_path: Path) -> None:
    write_archive(tmp_path / "pages.warc", {"http://e.org/": ("text/html", PAGE)})
    write_archive(
        tmp_path / "images.warc.gz", {"http://e.org/a.jpg": ("image/jpeg", make_image(1))}
    )
    outputs = crawl([str(tmp_path)])
    images = {c.url: c.image and Path(c.image.source).name for c in outputs["kept"]}
    assert images == {"http://e.org/a.jpg": "images.warc.gz", "http://e.org/b.jpg": None}
    assert [row.outcome for row in outputs["dropped"]] == ["no_alt"]


def test_every_kind_of_input_gives_candidates_in_one_run(tmp_path: Path) -> None:
    write_archive(tmp_path / "pages.warc", {"http://e.org/": ("text/html", PAGE)})
    (tmp_path / "list.csv").write_text("url,caption\nhttp://e.org/d.jpg,a green boat\n")
    (tmp_path / "list.jsonl").write_text(json.dumps({"url": "ftp://x/e.jpg", "text": "no"}) + "\n")
    page = Answer(PAGE, headers={"Content-Type": "text/html"})
    with serve({"/": page}) as site:
        (tmp_path / "seeds.txt").write_text(f"# seeds\n{site.origin}/\n")
        names = ["pages.warc", "list.csv", "list.jsonl", "seeds.txt"]
        inputs = [str(tmp_path / name) for name in names]
        outputs = crawl(inputs, work=str(tmp_path / "work"), allow_address=(site.address,))
    sources = sorted(Path(c.source).name for c in outputs["kept"])
    assert sources == ["crawl-000-00000.warc.gz"] * 2 + ["list.csv"] + ["pages.warc"] * 2
    assert sorted(row.outcome for row in outputs["dropped"]) == ["no_alt", "no_alt", "scheme"]


def test_a_file_that_cannot_be_read_is_one_row_and_the_others_go_on(tmp_path: Path) -> None:
    write_archive(tmp_path / "pages.warc", {"http://e.org/": ("text/html", PAGE)})
    problem = LedgerRow(uid=None, url="bad.warc", stage="crawl", outcome="file_empty")
    outputs = crawl([str(tmp_path / "pages.warc")], (problem,))
    assert len(outputs["kept"]) == 2
    assert problem in outputs["dropped"]


def test_of_several_records_the_first_by_place_is_taken() -> None:
    refs = [ImageRef(source=name, offset=n, length=1) for name, n in (("b", 0), ("a", 9), ("a", 3))]
    (located,) = locate_images("u", {"candidates": [make_candidate(1)], "images": refs})
    assert located.image == refs[2]
    (alone,) = locate_images("u", {"candidates": [make_candidate(1)], "images": []})
    assert alone.image is None
