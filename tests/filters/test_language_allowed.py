import pytest

from filters.language_allowed import LanguageAllowed
from schemas.outcomes import Reject
from tests.samples import make_candidate

ALLOWED = LanguageAllowed(languages=frozenset({"en", "de"}))


@pytest.mark.parametrize(
    ("language", "outcome"),
    [("en", None), ("fr", Reject.LANGUAGE), ("und", Reject.LANGUAGE), (None, Reject.LANGUAGE)],
)
def test_only_named_languages_pass(language: str | None, outcome: Reject | None) -> None:
    assert ALLOWED(make_candidate(1, language=language)) == outcome


def test_an_unknown_language_passes_where_the_recipe_says_so() -> None:
    lenient = LanguageAllowed(languages=frozenset({"en"}), keep_unknown=True)
    assert lenient(make_candidate(1, language="und")) is None
    assert lenient(make_candidate(1, language="fr")) == Reject.LANGUAGE


def test_no_language_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        LanguageAllowed(languages=frozenset())
