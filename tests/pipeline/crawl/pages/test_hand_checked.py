from collections import Counter
from pathlib import Path

import pytest

from schemas.records import Candidate, LedgerRow
from tests.pipeline.crawl.pages.hand_checked import PAGES
from tests.pipeline.crawl.pages.made_pages import read


def test_thirty_pages_were_read() -> None:
    assert len(PAGES) == 30


@pytest.mark.parametrize("name", PAGES)
def test_page_gives_what_was_seen_in_it(shared_data: Path, name: str) -> None:
    page = PAGES[name]
    items = read((shared_data / "html-pages" / "pages" / name).read_bytes()).items
    candidates = [item for item in items if isinstance(item, Candidate)]
    counts = Counter(item.text_source for item in candidates)
    rows = Counter(item.outcome for item in items if isinstance(item, LedgerRow))

    assert {place: counts[place] for place in page.counts} == page.counts
    assert {outcome: rows[outcome] for outcome in page.refused} == page.refused
    for ending, place, text in page.found:
        texts = [
            item.text
            for item in candidates
            if item.url.endswith(ending) and item.text_source == place
        ]
        start = text.removesuffix("...")
        assert any(t == text or (t.startswith(start) and start != text) for t in texts), (
            ending,
            place,
            texts,
        )
    for ending in page.absent:
        assert not [item.url for item in candidates if ending in item.url]
