from pathlib import Path

import apache_beam as beam

from pipeline.download.options import DownloadOptions
from pipeline.download.shard import download_shard
from pipeline.recipe.download import Download
from pipeline.recipe.web import Web
from pipeline.shards.accounting import check, stages_of
from pipeline.stages.retry_shards import RetryShards, shard_numbers
from pipeline.web.options import WebOptions
from tests.pipeline.stages.runner import run
from tests.samples import make_candidate, make_image
from tests.servers import Answer, serve


def test_every_row_of_every_shard_comes_out_once(tmp_path: Path) -> None:
    pages = {f"/{n}.jpg": Answer(make_image(n)) for n in range(6)}
    pages["/0.jpg"] = pages["/5.jpg"] = Answer(status=500)
    download, pool = Download(retries=0), str(tmp_path)
    with serve(pages) as site:
        web = Web(allow_address=(site.address,), site_files=False)
        for shard in range(2):
            rows = [make_candidate(n, url=f"{site.origin}/{n}.jpg") for n in range(shard, 6, 2)]
            download_shard(
                shard,
                sorted(rows, key=lambda candidate: candidate.uid),
                folder=pool,
                options=DownloadOptions(**download.model_dump()),
                web=WebOptions(**web.model_dump()),
            )
        pages["/5.jpg"] = Answer(make_image(5))

        def construct(root: object) -> dict[str, object]:
            retried = root | RetryShards(pool, frozenset({"http_500"}), download, web)
            return {
                "kept": retried.kept,
                "dropped": retried.dropped,
                "counts": retried.counts | beam.CombinePerKey(sum),
            }

        outputs = run(construct)
    assert shard_numbers(pool) == [0, 1]
    assert len(outputs["kept"]) == 5
    assert [row.outcome for row in outputs["dropped"]] == ["http_500"]
    check(stages_of(dict(outputs["counts"])))
