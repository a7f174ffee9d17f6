"""The steps of `[select]` in their order: the cheapest questions come first.

To add a rule, put it here: the stage and `recipe try` both read this list.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from filters.boilerplate import Boilerplate
from filters.identify_language import LanguageIdentifier
from filters.language_allowed import LanguageAllowed
from filters.opt_out import OptOut
from filters.text_length import TextLength
from filters.text_source import TextSourceAllowed
from filters.word_count import WordCount
from pipeline.recipe import Select, Web
from pipeline.rules import Choice, Rewrite, Rule, Step
from pipeline.select_groups import choose_texts, drop_duplicates, key_by_image, key_by_uid
from pipeline.select_safety import privacy_steps, url_rules, word_steps
from schemas.records import Candidate


def select_steps(select: Select, web: Web) -> tuple[Step, ...]:
    """Returns what `[select]` does, in its order."""
    return (
        *_text_rules(select, web),
        *url_rules(select.safety),
        *privacy_steps(select.privacy),
        *_language_steps(select),
        *word_steps(select.safety),
        *_choices(select),
    )


def _text_rules(select: Select, web: Web) -> list[Step]:
    rules: list[Step] = [
        Rule(name="opt_out", decide=OptOut(obey=web.obey)),
        Rule(name="text_source", decide=TextSourceAllowed(sources=frozenset(select.text_sources))),
        Rule(
            name="text_length",
            decide=TextLength(min_chars=select.min_chars, max_chars=select.max_chars),
        ),
        Rule(
            name="word_count",
            decide=WordCount(min_words=select.min_words, max_words=select.max_words),
        ),
    ]
    if select.boilerplate:
        rules.append(Rule(name="boilerplate", decide=Boilerplate()))
    return rules


def _language_steps(select: Select) -> list[Step]:
    identifier = LanguageIdentifier(
        min_score=select.min_language_score,
        model=select.language_model,
        second_opinion=select.language_second_opinion,
        min_scores=select.language_scores,
    )
    identify = IdentifyLanguages(identifier)
    # Measured: 1,024 at once take a third less time each than 256.
    steps: list[Step] = [Rewrite(name="identify_language", rewrite=identify, batch=1024)]
    if select.languages:
        allowed = LanguageAllowed(
            languages=frozenset(select.languages), keep_unknown=select.keep_unknown_language
        )
        steps.append(Rule(name="language_allowed", decide=allowed))
    return steps


def _choices(select: Select) -> list[Step]:
    choices: list[Step] = [
        Choice(name="drop_duplicates", key=key_by_uid, choose=drop_duplicates, needs_all=False)
    ]
    if select.one_text_source:
        choices.append(Choice(name="choose_texts", key=key_by_image, choose=choose_texts))
    return choices


@dataclass(frozen=True, slots=True)
class IdentifyLanguages:
    """Notes the language of each text; a batch at a time, because models are fast only so."""

    identifier: LanguageIdentifier

    def __call__(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Returns the candidates with their languages."""
        languages = self.identifier.identify(
            [candidate.text for candidate in candidates],
            [candidate.page_language for candidate in candidates],
        )
        return [
            replace(candidate, language=language, language_score=score)
            for candidate, (language, score) in zip(candidates, languages, strict=True)
        ]
