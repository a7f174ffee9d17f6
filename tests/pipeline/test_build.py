from pathlib import Path

from pipeline.build import BuildPlan, build
from pipeline.crawl.inputs import plan_inputs
from pipeline.recipe.recipe import Recipe, Shards
from pipeline.recipe.select import Select
from pipeline.shards.manifest import read_manifest
from pipeline.shards.verify import verify_dataset
from tests.archives import write_archive
from tests.pipeline.stages.runner import run
from tests.samples import make_image


def test_an_archive_goes_the_whole_way_to_a_whole_dataset(tmp_path: Path) -> None:
    tags = [f'<img src="/{n}.jpg" alt="A photo of the red boat number {n}">' for n in range(7)]
    answers = {f"http://e.org/{n}.jpg": ("image/jpeg", make_image(n)) for n in range(7)}
    answers["http://e.org/"] = ("text/html", f"{''.join(tags)}<img src='/x.jpg'>".encode())
    write_archive(tmp_path / "a.warc.gz", answers)
    plan = BuildPlan(
        recipe=Recipe(shards=Shards(samples_per_shard=4), select=Select(languages=("en",))),
        inputs=plan_inputs([str(tmp_path / "a.warc.gz")]),
        problems=(),
        dataset=str(tmp_path / "dataset"),
    )
    run(lambda root: build(root, plan) or {})  # type: ignore[func-returns-value]
    manifest = read_manifest(plan.dataset)
    assert [shard["samples"] for shard in manifest["shards"]] == [4, 3]
    assert manifest["stages"]["crawl"]["rejected"] == {"no_alt": 1}
    assert verify_dataset(plan.dataset) == []
    assert plan.pool == f"{plan.dataset}/_work/pool"


def test_nothing_kept_is_still_a_whole_dataset(tmp_path: Path) -> None:
    page = ("text/html", b'<img src="/a.jpg" alt="no">')
    write_archive(tmp_path / "a.warc", {"http://e.org/": page})
    plan = BuildPlan(
        recipe=Recipe(),
        inputs=plan_inputs([str(tmp_path / "a.warc")]),
        problems=(),
        dataset=str(tmp_path / "dataset"),
    )
    run(lambda root: build(root, plan) or {})  # type: ignore[func-returns-value]
    manifest = read_manifest(plan.dataset)
    assert manifest["shards"] == []
    assert manifest["stages"]["select"]["rejected"] == {"text_too_short": 1}
    assert verify_dataset(plan.dataset) == []
