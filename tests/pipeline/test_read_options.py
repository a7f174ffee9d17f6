from dataclasses import fields

from pipeline.crawl.options import ReadOptions
from pipeline.read_options import read_options
from pipeline.recipe.crawl import Crawl
from pipeline.recipe.web import Web


def test_every_field_comes_from_the_recipe() -> None:
    crawl = Crawl(
        text_sources=("alt",),
        max_page_bytes=5,
        url_column="u",
        text_column="t",
        image_column="i",
        extra_columns=("e",),
        where="x = 1",
        cc_root="/cc",
    )
    assert read_options(crawl, Web(product_token="bot"), "/w") == ReadOptions(
        product_token="bot",
        text_sources=("alt",),
        max_page_bytes=5,
        url_column="u",
        text_column="t",
        image_column="i",
        extra_columns=("e",),
        where="x = 1",
        cc_root="/cc",
        work="/w",
    )
    assert len(fields(ReadOptions)) == 10
