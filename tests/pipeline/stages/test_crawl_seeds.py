from pathlib import Path

import apache_beam as beam
import pytest

from pipeline.crawl.inputs import plan_inputs
from pipeline.crawl.seeds.seed_options import Scope
from pipeline.progress import read_progress
from pipeline.recipe.crawl import Crawl
from pipeline.recipe.web import Web
from pipeline.stages.crawl_seeds import CrawlSeeds, seed_options
from schemas.errors import UserError
from tests.pipeline.stages.runner import run
from tests.servers import Answer, serve

PAGE = Answer(b'<a href="/b">b</a>', headers={"Content-Type": "text/html"})


def test_seeds_become_archives_and_rows_and_pages_are_counted(tmp_path: Path) -> None:
    watched = tmp_path / "watched"
    watched.mkdir()
    with serve({"/": PAGE}) as site:
        (tmp_path / "seeds.txt").write_text(f"{site.origin}/\nno url\n")
        seeds = plan_inputs([str(tmp_path / "seeds.txt"), site.origin])
        web = Web(allow_address=(site.address,))

        def construct(root: beam.Pipeline) -> dict[str, beam.PCollection]:
            work = str(tmp_path / "work")
            return (root | CrawlSeeds(seeds, Crawl(), web, work, str(watched)))._asdict()

        outputs = run(construct)
    (archive,) = outputs["archives"]
    assert Path(archive.path) == tmp_path / "work/crawl/000/crawl-000-00000.warc.gz"
    assert Path(archive.path).is_file()
    assert sorted(row.outcome for row in outputs["dropped"]) == ["http_404", "url"]
    assert read_progress(str(watched)).counts.get(("crawl", "pages"), 0) <= 2


@pytest.mark.parametrize(
    ("work", "crawl", "words"),
    [
        ("s3://bucket/out", Crawl(), "s3://bucket/out: seeds are crawled into a local folder"),
        ("out", Crawl(recrawl_from="nowhere"), "no crawl of seeds lies there"),
    ],
)
def test_what_cannot_work_is_told_before_the_run(work: str, crawl: Crawl, words: str) -> None:
    seeds = plan_inputs(["http://a.example/"])
    with pytest.raises(UserError, match=words):
        beam.Pipeline() | CrawlSeeds(seeds, crawl, Web(), work)


def test_every_option_of_the_crawler_is_a_key_of_the_recipe() -> None:
    options = seed_options(Crawl(scope="domain", max_pages=7, exclude=("*x*",)))
    assert (options.scope, options.max_pages, options.exclude) == (Scope.DOMAIN, 7, ("*x*",))
    assert set(type(options).__dataclass_fields__) <= set(Crawl.model_fields)
