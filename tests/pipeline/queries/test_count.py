from pipeline.queries import count
from pipeline.queries.count import TermCounts, count_page
from pipeline.queries.dump import Page


def make_page(text: str, namespace: int = 0, *, is_redirect: bool = False) -> Page:
    return Page(title="Boat", namespace=namespace, is_redirect=is_redirect, wikitext=text)


def test_articles_are_counted_and_other_pages_only_tallied() -> None:
    counts = TermCounts()
    pages = [
        make_page("A [[red]] boat. A boat"),
        make_page("a talk", 1),
        make_page("#REDIRECT [[Ship]]", is_redirect=True),
    ]
    for page in pages:
        count_page(page, counts, case="fold", namespaces=())
    assert counts.words == {"a": 2, "red": 1, "boat": 2}
    assert counts.bigrams == {"a\tred": 1, "red\tboat": 1, "a\tboat": 1}
    assert counts.titles == {"Boat": 1}
    assert counts.tally == {"articles": 1, "words": 5, "other_pages": 1, "redirects": 1}
    assert [kind for kind, _ in counts.by_kind()] == ["words", "bigrams", "titles"]


def test_counts_are_full_before_they_fill_memory(monkeypatch) -> None:
    monkeypatch.setattr(count, "MAX_TERMS", 3)
    counts = TermCounts()
    assert not counts.is_full
    assert list(counts.by_kind()) == []
    count_page(make_page("one two three"), counts, case="fold", namespaces=())
    assert counts.is_full
