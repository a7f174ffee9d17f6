import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.language_accuracy import (
    Table,
    by_length,
    compare,
    ours,
    plain_fasttext,
    read_texts,
)
from filters.identify_language import LanguageIdentifier
from tests.filters.models import ENGLISH, GERMAN, train

SENTENCES = {
    "A photo of a red boat in the harbour": "en",
    "Ein Foto eines roten Bootes im Hafen": "de",
    "Une photo d'un bateau rouge dans le port": "fr",
    "Фотография красной лодки в гавани": "ru",
    "港に停泊している赤い船の写真です": "ja",
}
ALONE = LanguageIdentifier(second_opinion=False)
BOTH = LanguageIdentifier()


@pytest.mark.parametrize("identifier", [BOTH, ALONE])
def test_captions_in_five_languages_are_told_apart(identifier: LanguageIdentifier) -> None:
    found = identifier.identify(list(SENTENCES))
    assert [language for language, _ in found] == list(SENTENCES.values())
    assert all(0.5 < score <= 1 for _, score in found)


@pytest.mark.parametrize("second_opinion", [True, False])
def test_what_is_uncertain_is_undetermined(second_opinion: bool) -> None:
    identifier = LanguageIdentifier(min_score=0.9, second_opinion=second_opinion)
    assert identifier.identify(["qx"])[0][0] == "und"


@pytest.mark.parametrize("text", ["", "2019-08-12 14:33", "...", "12 345", "\U0001f642"])
def test_what_has_no_letters_has_no_language(text: str) -> None:
    assert BOTH.identify([text])[0][0] == "und"


@pytest.mark.parametrize("identifier", [BOTH, ALONE])
def test_a_newline_does_not_stop_fasttext(identifier: LanguageIdentifier) -> None:
    assert identifier.identify(["red\nboat in the\r\nharbour"])[0][0] == "en"


def test_capitals_are_no_other_language() -> None:
    lower, title, upper = BOTH.identify(
        [
            "ein foto eines roten bootes",
            "Ein Foto Eines Roten Bootes",
            "EIN FOTO EINES ROTEN BOOTES",
        ]
    )
    assert lower == title == upper


def test_no_text_is_no_work() -> None:
    assert LanguageIdentifier(model="/nowhere").identify([]) == []


def test_it_travels_between_processes_without_its_model() -> None:
    BOTH.identify(["load it"])
    copy = pickle.dumps(BOTH)
    assert len(copy) < 1000
    assert pickle.loads(copy).identify(list(SENTENCES)) == BOTH.identify(list(SENTENCES))


def test_a_limit_of_its_own_is_a_languages() -> None:
    texts = ["A photo of a red boat in the harbour", "Ein Foto eines roten Bootes im Hafen"]
    strict = LanguageIdentifier(min_score=0.1, min_scores={"en": 1.0})
    assert [language for language, _ in strict.identify(texts)] == ["und", "de"]
    lenient = LanguageIdentifier(min_score=1.0, min_scores={"deu": 0.1})
    assert [language for language, _ in lenient.identify(texts)] == ["und", "de"]


@pytest.mark.parametrize("identifier", [BOTH, ALONE])
def test_the_language_of_the_page_counts_for_a_little(identifier: LanguageIdentifier) -> None:
    (_, without), (_, agreed) = identifier.identify(["Der Hafen"] * 2, [None, "de"])
    assert without < agreed < 1
    clear = "A photo of a red boat in the harbour"
    assert identifier.identify([clear], ["de"])[0][0] == "en"
    assert identifier.identify([clear], ["xx"]) == identifier.identify([clear])


def test_a_short_text_goes_with_its_page() -> None:
    pages = [None, "da", "sv"]
    assert [language for language, _ in BOTH.identify(["grøn hest"] * 3, pages)][1] == "da"
    swedish, danish = BOTH.identify(["hus med tag"] * 2, ["sv", "da"])
    assert (swedish[0], danish[0]) == ("sv", "da")


def test_a_language_that_the_ngrams_do_not_know_is_fasttexts_to_name() -> None:
    text = "Ang mga isda nga naglangoy sa dagat sa Sugbo ug ang mga tawo nga nagtan-aw niini"
    assert ALONE.identify([text])[0][0] == "ceb"


def test_another_model_with_other_labels_gives_the_same_codes(tmp_path: Path) -> None:
    path = train(tmp_path / "glot.bin", {"eng_Latn": ENGLISH, "deu_Latn": GERMAN})
    identifier = LanguageIdentifier(model=str(path))
    found = identifier.identify(["a red boat in the park", "ein rotes boot im park"])
    assert [language for language, _ in found] == ["en", "de"]


@given(st.lists(st.text(max_size=60), max_size=5))
def test_no_text_crashes_it_and_the_batch_does_not_matter(texts: list[str]) -> None:
    together = BOTH.identify(texts)
    alone = [BOTH.identify([text])[0] for text in texts]
    assert [language for language, _ in together] == [language for language, _ in alone]
    assert all(0 <= score <= 1 for _, score in together)


@pytest.fixture(scope="module")
def table(shared_data: Path) -> Table:
    texts = list(read_texts(shared_data))
    words = [text.text for text in texts]
    return Table(texts, plain_fasttext(words), ours(words))


def test_no_language_at_no_length_is_named_worse_than_by_fasttext_alone(table: Table) -> None:
    found = compare(table, sorted({text.language for text in table.texts}))
    assert found["worse"] == []
    assert len(found["better"]) > 100


def test_every_kind_of_text_is_named_at_least_as_well_and_as_surely(table: Table) -> None:
    for name, plain, mine in table.rows(by_length()):
        assert mine.accuracy >= plain.accuracy, name
        assert mine.precision >= plain.precision, name
        assert mine.coverage >= plain.coverage, name


def test_below_20_characters_it_is_better_by_far(table: Table) -> None:
    rows = {name: (plain, mine) for name, plain, mine in table.rows(by_length())}
    plain, mine = rows["**all, < 20**"]
    assert mine.accuracy > plain.accuracy + 0.14
    assert mine.precision > plain.precision + 0.1
    assert mine.coverage > plain.coverage + 0.1
