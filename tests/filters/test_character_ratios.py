import pytest

from filters.character_ratios import CharacterRatios
from schemas.outcomes import Reject
from tests.samples import make_candidate

DECIDE = CharacterRatios(min_letters=0.5, max_digits=0.4, max_symbols=0.3)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("abcdef 1234", None),  # 4 of 10 are digits
        ("abcde 12345", Reject.TOO_MANY_DIGITS),
        ("abcdefg !!!", None),
        ("abcdef !!!!", Reject.TOO_MANY_SYMBOLS),
        ("abcde 123 !!", None),  # half are letters
        ("abcd 1234 !!", Reject.TOO_FEW_LETTERS),
        ("赤い自転車", None),
        ("★★★★★ bike", Reject.TOO_MANY_SYMBOLS),
        ("", None),
    ],
)
def test_shares_are_inclusive_and_leave_out_white_space(text: str, outcome: Reject | None) -> None:
    assert DECIDE(make_candidate(1, text=text)) == outcome


@pytest.mark.parametrize("name", ["min_letters", "max_digits", "max_symbols"])
def test_a_share_outside_0_to_1_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must be 0 to 1, got 1.5"):
        CharacterRatios(**{name: 1.5})
