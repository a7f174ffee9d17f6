import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.text_entropy import TextEntropy, entropy
from schemas.outcomes import Reject
from tests.samples import make_candidate


@pytest.mark.parametrize(("text", "bits"), [("aaaa", 0), ("abab", 1), ("abcd", 2), ("aab", 0.918)])
def test_entropy_is_bits_a_character(text: str, bits: float) -> None:
    assert entropy(text) == pytest.approx(bits, abs=1e-3)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("aaaaaaaa", Reject.LOW_ENTROPY),
        ("hahahahahahahaha", Reject.LOW_ENTROPY),
        ("- - - - - - - -", Reject.LOW_ENTROPY),
        ("a cat on a mat", None),
        ("banana", None),
        ("赤い自転車", None),
        ("", None),
        ("a", None),
    ],
)
def test_monotonous_texts_are_rejected(text: str, outcome: Reject | None) -> None:
    assert TextEntropy()(make_candidate(1, text=text)) == outcome


def test_the_limit_is_inclusive() -> None:
    text = "abcd" * 20  # two bits
    assert TextEntropy(min_bits=2.0)(make_candidate(1, text=text)) is None
    assert TextEntropy(min_bits=2.01)(make_candidate(1, text=text)) == Reject.LOW_ENTROPY


@given(st.text("abcdefgh ", min_size=1, max_size=60))
def test_the_early_end_changes_no_decision(text: str) -> None:
    size = len(text)
    bits = -sum(n / size * math.log2(n / size) for n in Counter(text).values())
    limit = min(2.5, 0.4 * math.log2(size))
    said = TextEntropy(min_bits=2.5)(make_candidate(1, text=text))
    if abs(bits - limit) > 1e-9:
        assert (said is None) == (bits > limit)


def test_a_negative_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="min_bits"):
        TextEntropy(min_bits=-1)
