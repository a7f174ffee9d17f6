import pickle
from datetime import UTC, datetime

from pipeline.crawl.page import Page


def test_page_crosses_processes_unchanged() -> None:
    page = Page(
        url="http://host/",
        body=b"<p>",
        charset=None,
        headers=(("a", "b"), ("a", "c")),
        source="seed",
        source_offset=None,
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
    )

    assert pickle.loads(pickle.dumps(page)) == page
