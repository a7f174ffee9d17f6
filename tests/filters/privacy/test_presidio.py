import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType

import pytest

from filters.privacy import presidio
from filters.privacy.personal_data import Action
from filters.privacy.presidio import PresidioData
from schemas.errors import UserError
from schemas.outcomes import Reject, Rejection
from tests.samples import make_candidate

JANE = make_candidate(1, text="Jane Doe in Paris")


@dataclass(frozen=True)
class Found:
    entity_type: str
    start: int
    end: int
    score: float = 0.85


class AnalyzerEngine:
    """Answers as presidio_analyzer 2.2 does: only what was asked for, above the limit."""

    def analyze(
        self, *, text: str, language: str, entities: list[str], score_threshold: float
    ) -> list[Found]:
        assert language == "en"
        known = [Found("PERSON", 0, 8), Found("PERSON", 5, 8, 0.6), Found("LOCATION", 12, 17)]
        return [
            found
            for found in known
            if found.entity_type in entities
            and found.score >= score_threshold
            and text == JANE.text
        ]


@pytest.fixture
def _presidio(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    module = ModuleType("presidio_analyzer")
    module.AnalyzerEngine = AnalyzerEngine  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "presidio_analyzer", module)
    monkeypatch.setattr(presidio, "find_spec", lambda name: module)
    presidio.analyzer.cache_clear()
    yield
    presidio.analyzer.cache_clear()


@pytest.mark.usefixtures("_presidio")
def test_names_are_replaced_and_the_uid_stays() -> None:
    policy = PresidioData(actions={"PERSON": Action.REPLACE})
    clean = policy.redact(JANE)
    assert (clean.text, clean.text_changes) == ("<person> in Paris", ("person",))
    assert clean.uid == JANE.uid
    assert policy(JANE) is None
    assert policy.redact(clean) is clean


@pytest.mark.usefixtures("_presidio")
def test_entities_reject_where_the_recipe_says_so() -> None:
    policy = PresidioData(actions={"PERSON": Action.REJECT, "LOCATION": Action.REJECT})
    assert policy(JANE) == Rejection(Reject.PERSONAL_DATA, "location, person")
    assert policy.has(Action.REJECT)
    assert not policy.has(Action.REPLACE)


def test_without_presidio_the_user_is_told_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presidio, "find_spec", lambda name: None)
    presidio.analyzer.cache_clear()
    with pytest.raises(UserError, match=r"webimagetext\[pii\]"):
        PresidioData(actions={"PERSON": Action.REPLACE}).redact(JANE)
