import random

from pipeline.recipe import Select, Web
from pipeline.stages.select_candidates import SelectCandidates, drop_duplicates
from schemas.records import LedgerRow
from tests.pipeline.stages.runner import run_stage
from tests.samples import make_candidate

TEXT = "A photo of a red boat in the old harbour"
STAGE = SelectCandidates(Select(languages=("en",)), Web())


def test_each_rule_rejects_its_own_and_languages_are_noted() -> None:
    candidates = {
        "kept": make_candidate(1, text=TEXT),
        "opt_out": make_candidate(2, text=TEXT, opt_out=("meta:noai",)),
        "text_too_short": make_candidate(3, text="boat"),
        "text_too_long": make_candidate(4, text="boat " * 300),
        "too_few_words": make_candidate(5, text="harbour"),
        "boilerplate": make_candidate(6, text="Click to enlarge"),
        "language": make_candidate(7, text="Ein Foto eines roten Bootes im alten Hafen"),
    }
    kept, dropped, _ = run_stage(list(candidates.values()), STAGE)
    assert [(c.uid, c.language) for c in kept] == [(candidates["kept"].uid, "en")]
    assert kept[0].language_score > 0.5
    outcomes = {row.uid: row.outcome for row in dropped}
    assert outcomes == {c.uid: why for why, c in candidates.items() if why != "kept"}


def test_of_equal_url_and_text_the_first_by_place_is_kept_whatever_the_order() -> None:
    again = [
        make_candidate(1, text=TEXT, page_url=f"http://example.com/{page}", source_offset=page)
        for page in range(5)
    ]
    for seed in range(2):
        random.Random(seed).shuffle(again)
        kept, dropped, stages = run_stage(again, STAGE)
        assert [c.page_url for c in kept] == ["http://example.com/0"]
        assert stages["select"]["rejected"] == {"duplicate_url_text": 4}
        assert {row.detail for row in dropped} == {
            f"again on http://example.com/{n}" for n in (1, 2, 3, 4)
        }


def test_the_same_image_with_another_text_is_another_pair() -> None:
    pair = [make_candidate(1, text=TEXT), make_candidate(1, text=f"{TEXT} at night")]
    kept, _, _ = run_stage(pair, STAGE)
    assert len(kept) == 2


def test_a_list_without_pages_names_its_source() -> None:
    rows = [make_candidate(1, page_url=None, source_offset=n) for n in range(2)]
    first, second = drop_duplicates(rows[0].uid, rows)
    assert first == rows[0]
    assert isinstance(second, LedgerRow)
    assert second.detail == "again on crawl.warc"


def test_more_candidates_than_a_batch_lose_none() -> None:
    count = 600  # the batch is 256
    candidates = [make_candidate(n, text=f"{TEXT} number {n}") for n in range(count)]
    kept, _, stages = run_stage(candidates, SelectCandidates(Select(), Web()))
    assert len(kept) == stages["select"]["kept"] == count
    assert all(c.language for c in kept)
