import pytest

from filters.text_source import TextSourceAllowed
from schemas.outcomes import Reject
from tests.samples import make_candidate


@pytest.mark.parametrize(("source", "outcome"), [("alt", None), ("context", Reject.TEXT_SOURCE)])
def test_texts_of_other_places_are_rejected(source: str, outcome: Reject | None) -> None:
    allowed = TextSourceAllowed(sources=frozenset({"alt", "figcaption"}))
    assert allowed(make_candidate(1, text_source=source)) == outcome


def test_no_place_at_all_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="at least one place"):
        TextSourceAllowed(sources=frozenset())
