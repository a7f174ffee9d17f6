from filters.fasttext_model import bundled_model
from filters.language_pool import language_pool
from filters.language_weights import Weights

POOL = language_pool(bundled_model())
EQUAL = Weights(
    fasttext=1, fasttext_alone=1, ngrams_alone=1, fasttext_floor=-9, ngrams_floor=-9,
    sharpness=1, bytes_power=0.5,
)  # fmt: skip


def test_it_knows_the_languages_of_both() -> None:
    assert {"ceb", "en"} <= set(POOL.languages)  # fastText's
    assert {"zu", "xh", "lg"} <= set(POOL.languages)  # those of the n-grams
    assert len(POOL.languages) == len(set(POOL.languages))


def test_serbian_is_one_language_in_two_scripts() -> None:
    assert POOL.languages.count("sr") == 1
    assert POOL.name(["Главни град Србије, Београд"], [None])[0][0] == "sr"


def test_a_margin_keeps_fasttexts_verdict() -> None:
    evidence = POOL.read(["inyoni ezimbili zihleli esihlahleni"])  # Zulu, which it does not know
    opinion = POOL.weigh(evidence, EQUAL)
    assert POOL.languages[opinion.theirs[0]] != "zu"
    assert POOL.choose(opinion, [None], EQUAL)[0] == ["zu"]
    theirs = POOL.languages[opinion.theirs[0]]
    stubborn = Weights(
        fasttext=1, fasttext_alone=1, ngrams_alone=1, fasttext_floor=-9, ngrams_floor=-9,
        sharpness=1, bytes_power=0.5, margins={theirs: float("inf")},
    )  # fmt: skip
    assert POOL.choose(POOL.weigh(evidence, stubborn), [None], stubborn)[0] == [theirs]


def test_a_page_of_a_language_that_neither_knows_says_nothing() -> None:
    text = ["ein rotes boot"]
    assert POOL.name(text, ["xx"]) == POOL.name(text, [None])
