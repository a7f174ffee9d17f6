import random

from pipeline.recipe.select import Select
from pipeline.recipe.web import Web
from pipeline.stages.select_candidates import SelectCandidates
from tests.pipeline.stages.runner import run_stage
from tests.samples import make_candidate

TEXT = "A photo of a red boat in the old harbour"
STAGE = SelectCandidates(Select(languages=("en",)), Web())


def test_each_rule_rejects_its_own_and_languages_are_noted() -> None:
    candidates = {
        "kept": make_candidate(1, text=TEXT),
        "opt_out": make_candidate(2, text=TEXT, opt_out=("meta:noai",)),
        "text_source": make_candidate(8, text=TEXT, text_source="context"),
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


def test_an_image_keeps_the_texts_of_its_best_place_whatever_the_order() -> None:
    texts = [
        make_candidate(1, text=f"{TEXT} of the {source}", text_source=source)
        for source in ("title", "alt", "og")
    ]
    equal = make_candidate(1, text=texts[1].text, text_source="figcaption")
    other_page = make_candidate(1, text=TEXT, page_url="http://example.com/b")
    for seed in range(2):
        candidates = [*texts, equal, other_page, make_candidate(2, text=TEXT, text_source="og")]
        random.Random(seed).shuffle(candidates)
        kept, dropped, _ = run_stage(candidates, SelectCandidates(Select(), Web()))
        assert sorted((c.url[-5:], c.text_source) for c in kept) == [
            ("1.jpg", "alt"),
            ("1.jpg", "alt"),
            ("2.jpg", "og"),
        ]
        assert sorted((row.outcome, row.detail) for row in dropped) == [
            ("duplicate_url_text", "again on http://example.com/"),
            ("other_text", "it has a text of alt"),
            ("other_text", "it has a text of alt"),
        ]


def test_a_tracked_address_is_the_same_image() -> None:
    plain = make_candidate(1, text=TEXT)
    tracked = make_candidate(1, url=f"{plain.url}?utm_source=x", text=f"{TEXT}!", text_source="og")
    kept, dropped, _ = run_stage([tracked, plain], SelectCandidates(Select(), Web()))
    assert [c.url for c in kept] == [plain.url]
    assert [row.outcome for row in dropped] == ["other_text"]


def test_every_text_can_be_kept() -> None:
    texts = [make_candidate(1, text=TEXT), make_candidate(1, text=f"{TEXT}!", text_source="og")]
    kept, _, _ = run_stage(texts, SelectCandidates(Select(one_text_source=False), Web()))
    assert len(kept) == 2


def test_more_candidates_than_a_batch_lose_none() -> None:
    count = 600  # the batch is 256
    candidates = [make_candidate(n, text=f"{TEXT} number {n}") for n in range(count)]
    kept, _, stages = run_stage(candidates, SelectCandidates(Select(), Web()))
    assert len(kept) == stages["select"]["kept"] == count
    assert all(c.language for c in kept)


def test_a_caption_is_cleaned_first_and_keeps_its_uid_and_what_was_written() -> None:
    written = make_candidate(1, text="A &lt;b&gt;red&lt;/b&gt; boat &amp;amp; its crew")
    kept, _, _ = run_stage([written], SelectCandidates(Select(), Web()))
    assert [(c.uid, c.text, c.raw_text) for c in kept] == [
        (written.uid, "A red boat & its crew", written.text)
    ]
    kept, _, _ = run_stage([written], SelectCandidates(Select(clean_text=False), Web()))
    assert [(c.text, c.raw_text) for c in kept] == [(written.text, None)]


def test_texts_that_cleaning_makes_equal_are_duplicates() -> None:
    pair = [make_candidate(1, text=text) for text in (f"{TEXT} &amp; a dog", f"{TEXT} & a dog")]
    for order in (pair, pair[::-1]):
        kept, dropped, _ = run_stage(order, SelectCandidates(Select(), Web()))
        assert [c.uid for c in kept] == [min(c.uid for c in pair)]
        assert [row.outcome for row in dropped] == ["duplicate_url_text"]


def test_a_text_of_nothing_but_markup_is_rejected() -> None:
    empty = make_candidate(1, text="<br> &#8203;")
    _, dropped, _ = run_stage([empty], SelectCandidates(Select(min_chars=0), Web()))
    assert [(row.outcome, row.detail) for row in dropped] == [
        ("text_too_short", "nothing is left after cleaning")
    ]


def test_each_rule_of_quality_rejects_its_own_and_can_be_turned_off() -> None:
    candidates = {
        "not_a_caption": make_candidate(1, text="holiday photo 3.jpg"),
        "template": make_candidate(2, text="A photo of {{ title }} at night"),
        "boilerplate": make_candidate(3, text="Our best seller"),
        "repetition": make_candidate(4, text="boat boat boat harbour"),
        "too_many_digits": make_candidate(5, text="model 1234567890 size 42"),
        "too_many_symbols": make_candidate(6, text="boat *** --- *** boats"),
        "too_few_letters": make_candidate(7, text="ab 1234 -- cd /// 5678"),
        "low_entropy": make_candidate(8, text="aaaaaaaaaaaa aaaaaaaa baaaaaa"),
    }
    ratios = {"max_digit_ratio": 0.5, "min_letter_ratio": 0.4}
    asked = Select(boilerplate_phrases=("our best seller",), **ratios)
    _, dropped, _ = run_stage(list(candidates.values()), SelectCandidates(asked, Web()))
    assert {row.uid: row.outcome for row in dropped} == {c.uid: w for w, c in candidates.items()}
    off = Select(
        boilerplate=False,
        not_captions=False,
        templates=False,
        min_letter_ratio=0,
        max_digit_ratio=1,
        max_symbol_ratio=1,
        max_word_repetition=1,
        max_run_repetition=1,
        min_entropy_bits=0,
    )
    kept, _, _ = run_stage(list(candidates.values()), SelectCandidates(off, Web()))
    assert len(kept) == len(candidates)


def test_caps_and_near_duplicates_come_last_and_keep_the_accounts() -> None:
    limits = Select(max_urls_per_text=2, near_text_similarity=0.8)
    candidates = [make_candidate(n, text=TEXT) for n in range(5)]
    kept, dropped, stages = run_stage(candidates, SelectCandidates(limits, Web()))
    assert [c.uid for c in kept] == [min(c.uid for c in candidates)]
    assert stages["select"]["rejected"] == {"text_urls": 3, "near_duplicate_text": 1}
    assert len(dropped) == 4
