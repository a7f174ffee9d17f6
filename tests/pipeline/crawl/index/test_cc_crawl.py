import gzip

import pytest

from pipeline.crawl.index.cc_crawl import crawl_tables, is_crawl_name, is_index_name
from schemas.errors import UserError
from tests.servers import Answer, serve


def no_listing(path: str) -> list[str]:
    raise AssertionError(path)


def test_only_names_of_crawls_are_names_of_crawls() -> None:
    assert is_crawl_name("CC-MAIN-2024-22")
    assert not is_crawl_name("CC-MAIN-2024-22/subset=warc")
    assert not is_crawl_name("index.parquet")


@pytest.mark.parametrize(
    ("name", "is_index"),
    [
        ("/a/part-0.gz.parquet", True),
        ("/a/x.cdxj", True),
        ("/a/x.cdxj.gz", True),
        ("/a/x.cdx.gz", True),
        ("/a/cdx-00000.gz", True),
        ("/a/cluster.idx", False),
        ("/a/pages.warc.gz", False),
    ],
)
def test_files_of_an_index_are_told_by_their_names(name: str, is_index: bool) -> None:
    assert is_index_name(name) == is_index


def test_the_list_of_tables_stands_in_for_a_listing() -> None:
    table = "cc-index/table/cc-main/warc/crawl=CC-MAIN-2024-22"
    lines = [f"{table}/subset={subset}/part-0.parquet" for subset in ("robotstxt", "warc")]
    body = gzip.compress("\n".join(lines).encode())
    with serve({"/crawl-data/CC-MAIN-2024-22/cc-index-table.paths.gz": Answer(body)}) as site:
        found = crawl_tables("CC-MAIN-2024-22", f"{site.origin}/", no_listing)
        assert found == [f"{site.origin}/{lines[1]}"]
        with pytest.raises(UserError, match="check the name and"):
            crawl_tables("CC-MAIN-1999-01", site.origin, no_listing)


def test_an_object_store_is_listed() -> None:
    def listing(path: str) -> list[str]:
        return [f"{path}/part-0.parquet", f"{path}/_SUCCESS"]

    (found,) = crawl_tables("CC-MAIN-2024-22", "s3://commoncrawl/", listing)
    assert found == (
        "s3://commoncrawl/cc-index/table/cc-main/warc/"
        "crawl=CC-MAIN-2024-22/subset=warc/part-0.parquet"
    )


def test_a_store_that_does_not_answer_is_one_line() -> None:
    with pytest.raises(UserError, match="cannot be read"):
        crawl_tables("CC-MAIN-2024-22", "http://127.0.0.1:1/", no_listing)
