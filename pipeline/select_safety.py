"""The steps of `[select.privacy]` and `[select.safety]`, each where `select_filters` puts it."""

from collections.abc import Sequence
from dataclasses import dataclass

from filters.privacy.personal_data import Action, PersonalData
from filters.privacy.presidio import PresidioData
from filters.safety.adult_url import AdultUrl
from filters.safety.flagged_words import BUNDLED, FlaggedWords
from filters.safety.toxicity import ScoreToxicity, Toxicity
from filters.safety.url_blocklist import UrlBlocklist
from pipeline.recipe.safety import Privacy, Safety
from pipeline.rules import Rewrite, Rule, Step
from schemas.records import Candidate

DEFAULT_WORDS = "default"


@dataclass(frozen=True, slots=True)
class Redact:
    """Puts tokens in the place of personal data, in a batch of texts."""

    policy: PersonalData | PresidioData

    def __call__(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Returns the candidates with clean texts."""
        return [self.policy.redact(candidate) for candidate in candidates]


def url_rules(safety: Safety) -> list[Step]:
    """Returns what looks at URLs alone."""
    rules: list[Step] = []
    if safety.adult_urls:
        adult = AdultUrl(tlds=frozenset(safety.adult_tlds), tokens=frozenset(safety.adult_tokens))
        rules.append(Rule(name="adult_url", decide=adult))
    if safety.url_blocklists:
        blocked = UrlBlocklist(paths=safety.url_blocklists, categories=safety.url_categories)
        rules.append(Rule(name="url_blocklist", decide=blocked))
    return rules


def privacy_steps(privacy: Privacy) -> list[Step]:
    """Returns what looks for personal data; texts are clean before anything is made of them."""
    own = PersonalData(actions=privacy.actions)
    steps = _reject_or_redact("personal_data", own)
    if privacy.presidio:
        actions = dict.fromkeys(privacy.presidio, privacy.presidio_action)
        model, language = privacy.presidio_model, privacy.presidio_language
        theirs = PresidioData(actions=actions, language=language, model=model)
        steps += _reject_or_redact("presidio", theirs)
    return steps


def _reject_or_redact(name: str, policy: PersonalData | PresidioData) -> list[Step]:
    steps: list[Step] = []
    if policy.has(Action.REJECT):
        steps.append(Rule(name=name, decide=policy))
    if policy.has(Action.REPLACE):
        steps.append(Rewrite(name=f"redact_{name}", rewrite=Redact(policy)))
    return steps


def word_steps(safety: Safety) -> list[Step]:
    """Returns what needs the language of a text, or a model."""
    steps: list[Step] = []
    if safety.flagged_words:
        path = BUNDLED if safety.flagged_words == DEFAULT_WORDS else safety.flagged_words
        steps.append(Rule(name="flagged_words", decide=FlaggedWords(path=path)))
    if safety.toxicity_model:
        score = ScoreToxicity(model=safety.toxicity_model, label=safety.toxicity_label)
        steps.append(Rewrite(name="score_toxicity", rewrite=score))
        limit = Toxicity(max_score=safety.max_toxicity)
        steps.append(Rule(name="toxicity", decide=limit))
    return steps
