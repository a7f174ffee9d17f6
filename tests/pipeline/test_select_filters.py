from filters.identify_language import LanguageIdentifier
from pipeline.recipe.safety import Privacy
from pipeline.recipe.select import Select
from pipeline.recipe.web import Web
from pipeline.rules import Choice, Rewrite, Rule
from pipeline.select_filters import IdentifyLanguages, select_steps
from tests.samples import make_candidate


def names(**select: object) -> list[str]:
    return [step.name for step in select_steps(Select(**select), Web())]


def test_cheap_questions_come_before_models_and_choices_last() -> None:
    assert names(languages=("en",)) == [
        "clean_caption",
        "nothing_left",
        "opt_out",
        "text_source",
        "text_length",
        "word_count",
        "template",
        "boilerplate",
        "not_a_caption",
        "character_ratios",
        "text_entropy",
        "repetition",
        "identify_language",
        "language_allowed",
        "choose_texts",
    ]


def test_personal_data_goes_after_languages_and_before_duplicates() -> None:
    order = names(languages=("en",), privacy=Privacy(email="replace"), one_text_source=False)
    assert order[-3:] == ["language_allowed", "redact_personal_data", "drop_duplicates"]


def test_duplicates_of_texts_that_never_change_are_all_in_a_sample_by_uid() -> None:
    for changes, is_low in [
        ({"clean_text": False}, False),
        ({"clean_text": True}, True),
        ({"clean_text": False, "privacy": Privacy(email="replace")}, True),
        ({"clean_text": False, "privacy": Privacy(presidio=("PERSON",))}, True),
    ]:
        *_, last = select_steps(Select(one_text_source=False, **changes), Web())
        assert isinstance(last, Choice)
        assert last.needs_all == is_low


def test_what_the_recipe_turns_off_is_no_step() -> None:
    less = names(boilerplate=False, one_text_source=False)
    assert not {"boilerplate", "language_allowed", "choose_texts"} & set(less)


def test_thresholds_of_the_recipe_reach_the_filters() -> None:
    steps = select_steps(Select(min_chars=3, max_words=7), Web(obey=("noai",)))
    decides = {step.name: step.decide for step in steps if isinstance(step, Rule)}
    assert decides["text_length"].min_chars == 3
    assert decides["word_count"].max_words == 7
    assert decides["opt_out"].obey == ("noai",)


def test_languages_are_noted_in_the_order_of_the_batch() -> None:
    batch = [
        make_candidate(1, text="A photo of a red boat in the old harbour"),
        make_candidate(2, text="Ein Foto eines roten Bootes im alten Hafen"),
    ]
    noted = IdentifyLanguages(LanguageIdentifier())(batch)
    assert [(c.uid, c.language) for c in noted] == [(batch[0].uid, "en"), (batch[1].uid, "de")]


def test_every_name_is_used_once() -> None:
    steps = select_steps(Select(languages=("en",)), Web())
    assert len({step.name for step in steps}) == len(steps)
    assert sum(isinstance(step, Rewrite) for step in steps) == 2
