"""The pure cores of a build in one process: what the overhead of Beam is measured by.

Usage: python -m benchmarks.pure_build ARCHIVE OUT
"""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from dedup.clusters import cluster
from dedup.hamming import pairs_within
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
    kept = _dedupe([row for row in rows if row.status == "success"], recipe.dedupe.max_distance)
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


def _dedupe(rows: list[PoolRow], max_distance: int) -> list[PoolRow]:
    by_sha256 = {row.sha256: row for row in reversed(rows)}
    unique = sorted(by_sha256.values(), key=lambda row: row.uid)
    hashes = np.array([row.phash for row in unique], dtype=np.uint64)
    left, right, _ = pairs_within(hashes, hashes, max_distance)
    edges = [
        (unique[i].uid, unique[j].uid)
        for i, j in zip(left.tolist(), right.tolist(), strict=True)
        if i < j
    ]
    kept = cluster(edges, rank=lambda uid: (uid,))
    return [row for row in unique if kept.get(row.uid, row.uid) == row.uid]


if __name__ == "__main__":
    main(*sys.argv[1:])
