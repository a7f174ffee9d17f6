from typing import get_args

from pipeline.crawl.options import TEXT_SOURCES, ReadOptions
from schemas.records import TextSource


def test_every_text_source_has_its_rank_once() -> None:
    assert sorted(TEXT_SOURCES) == sorted(get_args(TextSource))
    assert ReadOptions(product_token="webimagetext").text_sources == TEXT_SOURCES
