from pipeline.select_groups import choose_texts, drop_duplicates, key_by_image, key_by_uid
from schemas.records import LedgerRow
from tests.samples import make_candidate


def test_a_list_without_pages_names_its_source() -> None:
    rows = [make_candidate(1, page_url=None, source_offset=n) for n in range(2)]
    first, second = drop_duplicates(rows[0].uid, rows)
    assert first == rows[0]
    assert isinstance(second, LedgerRow)
    assert second.detail == "again on crawl.warc"


def test_every_candidate_of_a_group_comes_out_once() -> None:
    group = [
        make_candidate(1, text=f"a boat, {n}", text_source=source)
        for n, source in enumerate(("og", "alt", "title", "alt"))
    ]
    again = make_candidate(1, text=group[1].text, text_source="figcaption")
    settled = list(choose_texts("", [*group, again]))
    kept = [item for item in settled if not isinstance(item, LedgerRow)]
    assert [item.text_source for item in kept] == ["alt", "alt"]
    outcomes = sorted(item.outcome for item in settled if isinstance(item, LedgerRow))
    assert outcomes == ["duplicate_url_text", "other_text", "other_text"]


def test_texts_of_one_image_share_its_key_and_not_their_uid() -> None:
    one = make_candidate(1, text="a red boat")
    other = make_candidate(1, url=f"{one.url}?utm_source=x", text="a boat that is red")
    assert key_by_image(one) == key_by_image(other)
    assert key_by_uid(one) != key_by_uid(other)
