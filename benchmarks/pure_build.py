"""The pure cores of a build in one process: what the overhead of Beam is measured by.

Usage: python -m benchmarks.pure_build ARCHIVE OUT
"""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from dedup.better_first import better_first
from dedup.cut_cluster import Member, cut_cluster
from dedup.near_roots import near_roots
from filters.boilerplate import Boilerplate
from filters.identify_language import LanguageIdentifier
from filters.text_length import TextLength
from filters.word_count import WordCount
from pipeline.crawl.options import ReadOptions
from pipeline.crawl.page import Page
from pipeline.crawl.pages.html import read_page
from pipeline.crawl.warc import ArchivedImage, read_archive
from pipeline.download.options import DownloadOptions
from pipeline.download.shard import download_shard
from pipeline.recipe.dedupe import Dedupe
from pipeline.recipe.recipe import Recipe
from pipeline.shards.pack import pack_shard
from pipeline.web.options import WebOptions
from schemas.records import Candidate, PoolRow


def main(archive: str, out: str) -> None:
    """Builds shards from an archive without Beam."""
    recipe = Recipe()
    candidates = _select(_crawl(archive), recipe)
    pool = f"{out}/pool"
    Path(pool).mkdir(parents=True)
    per_shard = recipe.download.number_sample_per_shard
    rows: list[PoolRow] = []
    for shard, start in enumerate(range(0, len(candidates), per_shard)):
        rows += download_shard(
            shard,
            candidates[start : start + per_shard],
            folder=pool,
            options=DownloadOptions(**recipe.download.model_dump()),
            web=WebOptions(**recipe.web.model_dump()),
        )
    kept = _dedupe([row for row in rows if row.status == "success"], recipe.dedupe)
    for number, start in enumerate(range(0, len(kept), recipe.shards.samples_per_shard)):
        group = kept[start : start + recipe.shards.samples_per_shard]
        pack_shard(number, group, pool=pool, dataset=f"{out}/dataset")
    print(len(kept))


def _crawl(archive: str) -> list[Candidate]:
    options = ReadOptions(product_token="webimagetext", text_sources=("alt",))
    candidates, images = [], {}
    for record in read_archive(archive, "webimagetext"):
        match record:
            case Page():
                candidates += read_page(record, options).items
            case ArchivedImage():
                images[record.url] = record.ref
    return [replace(c, image=images.get(c.url)) for c in candidates if isinstance(c, Candidate)]


def _select(candidates: list[Candidate], recipe: Recipe) -> list[Candidate]:
    select = recipe.select
    filters = (
        TextLength(min_chars=select.min_chars, max_chars=select.max_chars),
        WordCount(min_words=select.min_words, max_words=select.max_words),
        Boilerplate(),
    )
    fit = [c for c in candidates if not any(decide(c) for decide in filters)]
    identifier = LanguageIdentifier(min_score=select.min_language_score)
    languages = identifier.identify([c.text for c in fit])
    spoken = [
        replace(c, language=language, language_score=score)
        for c, (language, score) in zip(fit, languages, strict=True)
    ]
    return sorted({c.uid: c for c in spoken}.values(), key=lambda c: c.uid)


def _dedupe(rows: list[PoolRow], dedupe: Dedupe) -> list[PoolRow]:
    pictures: dict[int, PoolRow] = {}
    for row in sorted(rows, key=better_first):
        pictures.setdefault(row.phash or 0, row)
    roots = near_roots(np.array(list(pictures), dtype=np.uint64), dedupe.max_distance)
    clusters: dict[int, list[Member]] = {}
    for root, (phash, row) in zip(roots.tolist(), pictures.items(), strict=True):
        member = Member(better_first(row), phash, row.sha256 or "")
        clusters.setdefault(root, []).append(member)
    heads = {
        head.uid for members in clusters.values() for _, head in cut_cluster(members, dedupe.radius)
    }
    return sorted((row for row in rows if row.uid in heads), key=lambda row: row.uid)


if __name__ == "__main__":
    main(*sys.argv[1:])
