"""Sections `[select.privacy]` and `[select.safety]` of a recipe, and the values of languages."""

from typing import Annotated

from pydantic import AfterValidator, Field

from filters.language_codes import is_code, language_code
from filters.privacy.personal_data import KINDS, Action
from filters.privacy.presidio import MODEL
from filters.safety.adult_url import ADULT_TLDS, ADULT_TOKENS
from pipeline.recipe.section import Section

OTHERS = "*"  # in `language_shares`: all languages that are not named


def _known_language(code: str) -> str:
    language = language_code(code)
    if not is_code(language):
        raise ValueError(f"no language code: write such as 'en' (ISO 639), got {code!r}")
    return language


def _whole(shares: dict[str, float]) -> dict[str, float]:
    if shares and abs(sum(shares.values()) - 1) > 1e-6:
        raise ValueError(f"shares must add up to 1, these to {sum(shares.values()):g}")
    return {
        name if name == OTHERS else _known_language(name): share for name, share in shares.items()
    }


def _by_code(scores: dict[str, float]) -> dict[str, float]:
    return {_known_language(name): score for name, score in scores.items()}


Language = Annotated[str, AfterValidator(_known_language)]
Scores = Annotated[
    dict[str, Annotated[float, Field(ge=0, le=1)]],
    AfterValidator(_by_code),
]
Shares = Annotated[dict[str, Annotated[float, Field(gt=0, le=1)]], AfterValidator(_whole)]


class Privacy(Section):
    """What becomes of each kind of personal data in a text: `keep`, `replace` or `reject`.

    Attributes:
        national_id: CPF, codice fiscale, DNI and NIE.
        presidio: Entities that Microsoft Presidio looks for too, such as `PERSON`; extra `pii`.
        presidio_action: What becomes of these.
        presidio_model: spaCy's pipeline, an installed package or a folder.
        presidio_language: That the pipeline is for.
    """

    email: Action = Action.KEEP
    phone: Action = Action.KEEP
    card: Action = Action.KEEP
    iban: Action = Action.KEEP
    ip: Action = Action.KEEP
    national_id: Action = Action.KEEP
    presidio: tuple[str, ...] = ()
    presidio_action: Action = Action.REPLACE
    presidio_model: str = MODEL
    presidio_language: str = "en"

    @property
    def actions(self) -> dict[str, Action]:
        """The action of each kind of our own finders."""
        return self.model_dump(include=set(KINDS))

    @property
    def replaces(self) -> bool:
        """Whether any text may change."""
        asked = [*self.actions.values(), *([self.presidio_action] if self.presidio else [])]
        return Action.REPLACE in asked


class Safety(Section):
    """What is not fit for a dataset, by word, by model and by URL; nothing is dropped unasked.

    Attributes:
        flagged_words: Path of a list, or `default` for the short one that comes with us.
        toxicity_model: Path of a fastText classifier.
        toxicity_label: Its label for toxic texts, without `__label__`.
        max_toxicity: Probability of the label, inclusive.
        url_blocklists: Files of domains and URLs, or folders in the layout of UT1.
        url_categories: Of these folders; all if empty.
        adult_urls: Whether URLs that say so themselves are refused, by the next two.
        adult_tlds: Top-level domains.
        adult_tokens: Words of a URL.
    """

    flagged_words: str | None = None
    toxicity_model: str | None = None
    toxicity_label: str = "toxic"
    max_toxicity: Annotated[float, Field(ge=0, le=1)] = 0.5
    url_blocklists: tuple[str, ...] = ()
    url_categories: tuple[str, ...] = ()
    adult_urls: bool = False
    adult_tlds: tuple[str, ...] = ADULT_TLDS
    adult_tokens: tuple[str, ...] = ADULT_TOKENS
