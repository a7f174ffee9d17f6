import pytest

from filters.privacy.national_ids import find_national_ids, is_codice_fiscale, is_cpf, is_dni


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("CPF 529.982.247-25.", "529.982.247-25"),
        ("RSSMRA85T10A562S on the card", "RSSMRA85T10A562S"),
        ("DNI: 12345678Z", "12345678Z"),
        ("NIE X-1234567-L", "X-1234567-L"),
    ],
)
def test_numbers_with_right_check_digits_are_found(text: str, number: str) -> None:
    (span,) = find_national_ids(text)
    assert text[span.start : span.end] == number


@pytest.mark.parametrize(
    "text",
    [
        "529.982.247-24",
        "111.111.111-11",
        "RSSMRA85T10A562T",
        "12345678A",
        "X1234567A",
        "1.529.982.247-25",
    ],
)
def test_wrong_check_digits_and_placeholders_are_none(text: str) -> None:
    assert list(find_national_ids(text)) == []


def test_checks_alone() -> None:
    assert is_cpf("52998224725")
    assert not is_cpf("00000000000")
    assert is_codice_fiscale("MRTMTT91D08F205J")
    assert is_dni("Y2345678Z")
    assert is_dni("Y7654321G")
    assert not is_dni("Y7654321H")
