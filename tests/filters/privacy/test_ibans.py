import pytest

from filters.privacy.ibans import LENGTHS, find_ibans, passes_check

# The examples of the IBAN registry.
IBANS = (
    "DE89 3704 0044 0532 0130 00",
    "GB29NWBK60161331926819",
    "FR14 2004 1010 0505 0001 3M02 606",
    "NO93 8601 1117 947",
    "MT84MALT011000012345MTLCAST001S",
    "NL91 ABNA 0417 1643 00",
    "UA54712578IUBDMDBPTPEDWPIFBDR",
)


@pytest.mark.parametrize("iban", IBANS)
@pytest.mark.parametrize("around", ["{}", "to {} please", "({}),", "{} BIC ABCDEFGH"])
def test_the_registrys_examples_are_found(iban: str, around: str) -> None:
    text = around.format(iban)
    (span,) = find_ibans(text)
    assert text[span.start : span.end] == iban


@pytest.mark.parametrize(
    "text",
    [
        "DE88 3704 0044 0532 0130 00",  # check digits
        "DE89 3704 0044 0532 0130",  # too short
        "XX89 3704 0044 0532 0130 00",  # no country
        "de89 3704 0044 0532 0130 00",
        "ADE89370400440532013000",
        "SKU AB12 CDEF 3456 GHIJ",
    ],
)
def test_other_codes_are_none(text: str) -> None:
    assert list(find_ibans(text)) == []


def test_the_check_is_one_modulo_97() -> None:
    assert passes_check("GB82WEST12345698765432")
    assert not passes_check("GB82WEST12345698765423")


def test_lengths_are_those_of_the_standard() -> None:
    assert all(15 <= length <= 34 for length in LENGTHS.values())
    assert (LENGTHS["NO"], LENGTHS["MT"]) == (15, 31)
