from filters.identify_language import LanguageIdentifier
from pipeline.recipe import Select, Web
from pipeline.rules import Rewrite, Rule
from pipeline.select_filters import IdentifyLanguages, select_steps
from tests.samples import make_candidate


def names(**select: object) -> list[str]:
    return [step.name for step in select_steps(Select(**select), Web())]


def test_cheap_questions_come_before_models_and_choices_last() -> None:
    assert names(languages=("en",)) == [
        "opt_out",
        "text_source",
        "text_length",
        "word_count",
        "boilerplate",
        "identify_language",
        "language_allowed",
        "drop_duplicates",
        "choose_texts",
    ]


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
    assert sum(isinstance(step, Rewrite) for step in steps) == 1
