"""From a recipe to what the reading cores need of it."""

from pipeline.crawl.options import ReadOptions
from pipeline.recipe.crawl import Crawl
from pipeline.recipe.web import Web


def read_options(crawl: Crawl, web: Web, work: str) -> ReadOptions:
    """Returns what the reading cores need of a recipe."""
    return ReadOptions(
        product_token=web.product_token,
        text_sources=crawl.text_sources,
        max_page_bytes=crawl.max_page_bytes,
        url_column=crawl.url_column,
        text_column=crawl.text_column,
        image_column=crawl.image_column,
        extra_columns=crawl.extra_columns,
        where=crawl.where,
        cc_root=crawl.cc_root,
        work=work,
    )
