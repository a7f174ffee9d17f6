import pytest

from filters.language_codes import is_code, language_code


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("__label__en", "en"),
        ("__label__eng_Latn", "en"),
        ("__label__cmn_Hani", "zh"),
        ("__label__arb_Arab", "ar"),
        ("__label__srp_Cyrl", "sr"),
        ("zh-Hant-TW", "zh"),
        ("EN_us", "en"),
        (" de ", "de"),
        ("nb", "no"),
        ("nno", "nn"),
        ("iw", "he"),
        ("grc", "grc"),  # without a code of two letters
        ("zxx", "und"),
        ("", "und"),
    ],
)
def test_one_code_a_language(label: str, code: str) -> None:
    assert language_code(label) == code


@pytest.mark.parametrize("word", ["english", "e", "EN", "e1", ""])
def test_what_is_no_code(word: str) -> None:
    assert not is_code(word)


def test_codes_are_of_two_or_three_letters() -> None:
    assert is_code("en")
    assert is_code("grc")
