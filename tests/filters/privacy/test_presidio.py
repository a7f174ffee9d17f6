import importlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType

import pytest

from filters.privacy import presidio
from filters.privacy.personal_data import Action
from filters.privacy.presidio import PresidioData, require_presidio
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

    def __init__(self, *, nlp_engine: object, supported_languages: list[str]) -> None:
        assert nlp_engine == ("pipeline", "en")
        assert supported_languages == ["en"]

    def get_supported_entities(self, language: str) -> list[str]:
        return ["PERSON", "LOCATION"]

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


class NlpEngineProvider:
    """presidio_analyzer 2.2's interface; a real one would load spaCy's pipeline."""

    def __init__(self, *, nlp_configuration: dict) -> None:
        (self.model,) = nlp_configuration["models"]
        assert nlp_configuration["nlp_engine_name"] == "spacy"

    def create_engine(self) -> tuple[str, str]:
        return self.model["model_name"], self.model["lang_code"]


@pytest.fixture
def _presidio(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    module, engines = ModuleType("presidio_analyzer"), ModuleType("presidio_analyzer.nlp_engine")
    module.AnalyzerEngine = AnalyzerEngine  # type: ignore[attr-defined]
    engines.NlpEngineProvider = NlpEngineProvider  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(sys.modules, engines.__name__, engines)
    installed = {"presidio_analyzer": module, "pipeline": module}
    monkeypatch.setattr(presidio, "find_spec", installed.get)
    presidio.analyzer.cache_clear()
    yield
    presidio.analyzer.cache_clear()


@pytest.mark.usefixtures("_presidio")
def test_names_are_replaced_and_the_uid_stays() -> None:
    policy = PresidioData(actions={"PERSON": Action.REPLACE}, model="pipeline")
    clean = policy.redact(JANE)
    assert (clean.text, clean.text_changes) == ("<person> in Paris", ("person",))
    assert clean.uid == JANE.uid
    assert policy(JANE) is None
    assert policy.redact(clean) is clean


@pytest.mark.usefixtures("_presidio")
def test_entities_reject_where_the_recipe_says_so() -> None:
    actions = {"PERSON": Action.REJECT, "LOCATION": Action.REJECT}
    policy = PresidioData(actions=actions, model="pipeline")
    assert policy(JANE) == Rejection(Reject.PERSONAL_DATA, "location, person")
    assert policy.has(Action.REJECT)
    assert not policy.has(Action.REPLACE)


@pytest.mark.usefixtures("_presidio")
def test_what_presidio_does_not_know_is_said_before_the_run() -> None:
    require_presidio(("PERSON",), "pipeline")
    with pytest.raises(UserError, match="no entity SHOE in 'en'; there are LOCATION, PERSON"):
        require_presidio(("PERSON", "SHOE"), "pipeline")
    with pytest.raises(UserError, match=r"presidio_model = 'other': no installed spaCy pipeline"):
        require_presidio(("PERSON",), "other")


def test_without_presidio_the_user_is_told_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presidio, "find_spec", lambda name: None)
    with pytest.raises(UserError, match=r"webimagetext\[pii\]"):
        require_presidio(("PERSON",))


if importlib.util.find_spec("presidio_analyzer"):  # the extra `pii`, which CI does not install
    spacy = importlib.import_module("spacy")

    @pytest.fixture(scope="module")
    def pipeline(tmp_path_factory: pytest.TempPathFactory) -> str:
        """A pipeline on disk that knows one name by rule: models come from elsewhere."""
        nlp = spacy.blank("en")
        nlp.add_pipe("entity_ruler").add_patterns(
            [{"label": "PERSON", "pattern": "Jane Doe"}, {"label": "GPE", "pattern": "Paris"}]
        )
        folder = tmp_path_factory.mktemp("pipeline")
        nlp.to_disk(folder)
        return str(folder)

    def test_the_real_presidio_finds_what_its_pipeline_names(pipeline: str) -> None:
        require_presidio(("PERSON", "LOCATION", "CREDIT_CARD"), pipeline)
        actions = dict.fromkeys(("PERSON", "LOCATION", "CREDIT_CARD"), Action.REPLACE)
        policy = PresidioData(actions=actions, model=pipeline)
        assert policy.redact(JANE).text == "<person> in <location>"
        card = make_candidate(2, text="card 4111 1111 1111 1111 of Jane Doe")
        assert policy.redact(card).text == "card <credit_card> of <person>"
        nothing = make_candidate(3, text="a dog on a beach")
        assert policy.redact(nothing) is nothing

    def test_the_real_presidio_knows_no_shoe(pipeline: str) -> None:
        with pytest.raises(UserError, match="no entity SHOE"):
            require_presidio(("SHOE",), pipeline)
